//go:build browser

package apptest

import "testing"

func TestBrowserDesksOnAPhone(t *testing.T) {
	a, chrome := Start(t), startChromium(t)
	for name, paths := range map[string][]string{
		"企业人事":  {"/desk", "/desk/needs", "/desk/needs/new", "/desk/events/demo-ev2", "/desk/intentions", "/desk/bookings/new?resource=demo-r1", "/desk/resources", "/desk/partnerships", "/desk/partnerships/demo-p01", "/desk/partnerships/demo-p01/milestones/t5", "/organisation", "/organisation/edit", "/account", "/searches", "/en/desk/needs/new"},
		"校企合作处": {"/desk", "/desk/programmes", "/desk/programmes/new", "/desk/events", "/desk/events/demo-ev1", "/desk/intentions/new?need=demo-n001", "/desk/resources", "/desk/resources/new", "/desk/resources/demo-r1", "/en/desk/partnerships/demo-p01/agreement", "/desk/partnerships/new", "/desk/partnerships/demo-p01/outcomes", "/desk/gap-check", "/desk/gap-check?partnership=demo-p01&v.students_enrolled=x", "/en/desk/bookings", "/en/organisation", "/notifications", "/account/factor"},
		"人才办审核": {"/desk", "/desk/organisations", "/desk/events/new", "/desk/events/demo-ev1", "/en/desk/events/demo-ev2/invite?need=demo-n002", "/desk/events/demo-ev2/seats", "/desk/intentions", "/desk/partnerships/demo-p05", "/en/desk/types/order_class", "/desk/outcomes", "/desk/reports", "/desk/reports/ledger", "/desk/reports/graduates_retention?year=2026", "/en/desk/reports/graduates_retention/stay_guiyang_rate?year=2026", "/desk/reports/yearly", "/desk/region", "/desk/supply", "/en/desk/chains", "/desk/gaps", "/en/desk/targets", "/en/desk"},
		"管理员":   {"/desk", "/desk/post", "/desk/reports/order_class_summary/edit", "/organisation"},
		"审计":    {"/desk", "/desk/audit", "/en/desk/audit"},
	} {
		t.Run(name, func(t *testing.T) {
			b := chromium{t, chrome.ctx}.tab(a, phone, phoneHeight)
			b.enterAs(name)
			for _, path := range paths {
				b.open(path)
				b.until(`document.querySelector("main h1")`)
				if evaluate[bool](b, `!!document.querySelector(".oops")`) {
					t.Errorf("%s is an error page", path)
				}
				if over := evaluate[int](b, `document.documentElement.scrollWidth - innerWidth`); over > 1 {
					t.Errorf("%s is %d pixels too wide", path, over)
				}
				b.barriers()
			}
			b.quiet()
		})
	}
}
