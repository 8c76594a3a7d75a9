//go:build browser

package apptest

import (
	"testing"

	"liangcheng/app/portal"
)

// TestBrowserWhatIsKeptWithPartnerships looks at rosters, alliances, units and calendars as
// those who keep them see them.
func TestBrowserWhatIsKeptWithPartnerships(t *testing.T) {
	a, chrome := Start(t), startChromium(t)
	const centre, union = "/desk/partnerships/demo-p06", "/desk/partnerships/demo-p08"
	for _, tt := range []struct {
		name  string
		who   Who
		pages map[string]string // name of the picture → page
	}{
		{"a party of the centre", people["c.owner"], map[string]string{"centre": centre, "roster": centre + "/incubatees", "incubatee": centre + "/incubatees/demo-i09",
			"prefilled": centre + "/outcomes/new?indicator=incubatees", "denominator": "/en" + centre + "/outcomes/new?indicator=ip_owned_ratio", "milestones": "/desk/milestones", "joined": "/desk/partnerships"}},
		{"the lead of the alliance", people["other.c"], map[string]string{"members": union + "/members", "member": union + "/members/demo-m04", "pledges": union + "/pledges", "pledge": union + "/pledges/demo-g01",
			"list": union + "/lists/talent", "share": union + "/outcomes/new?indicator=substantive_members_ratio"}},
		{"a reviewer", people["reviewer"], map[string]string{"unit": "/desk/units/city_science", "members-en": "/en" + union + "/members"}},
		{"an administrator", Who{Of: portal.OfficeID, Role: portal.Administrator}, map[string]string{"units": "/desk/units", "unit-edit": "/desk/units/city_science"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			b := chromium{t, chrome.ctx}.desk(a)
			b.enterWith(SignedIn(t, a, tt.who))
			for name, page := range tt.pages {
				b.open(page)
				b.look("kept-" + name)
			}
			b.quiet()
		})
	}
}
