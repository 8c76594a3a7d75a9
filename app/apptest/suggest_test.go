package apptest

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
)

func TestSpecialismsAreSuggestedAsOneTypes(t *testing.T) {
	a := Start(t)
	c := SignedIn(t, a, Who{Demo: collegePerson})
	form := c.Get("/desk/programmes/new")
	if !strings.Contains(form.Body, `data-lookup="/specialisms/suggest"`) {
		t.Error("the field suggests nothing")
	}
	for _, tt := range []struct{ name, typed, want string }{
		{"code", "510203", "510203"}, {"beginning of a code", "51020", "51020"}, {"name", "软件技", "软件技术"}, {"pinyin", "ruanjianjishu", "软件技术"},
		{"initials", "rjjs", "软件技术"}, {"nothing", "", "[]"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got := c.Get("/specialisms/suggest?q=" + url.QueryEscape(tt.typed)); got.Status != http.StatusOK || !strings.Contains(got.Body, tt.want) {
				t.Errorf("%q suggests %.300s", tt.typed, got.Body)
			}
		})
	}
	says(t, c.Get("/en/desk/programmes/new"), "Specialism of the catalogue")

	// One name, several specialisms: each is a button at the field.
	values := form.formOn("/desk/programmes/new")
	values.Set("specialism", "护理")
	values.Set("remark", "校内实习医院")
	asked := c.Submit("/desk/programmes/new", values)
	says(t, asked, "几个同名专业", "520201 护理 · 高职专科")
	if asked.Status != http.StatusUnprocessableEntity || !strings.Contains(asked.Body, `name="pick" value="520201"`) {
		t.Fatalf("status %d", asked.Status)
	}
	again := asked.formOn("/desk/programmes/new")
	again.Set("pick", "520201")
	says(t, c.follow(c.Submit("/desk/programmes/new", again)), "护理", "校内实习医院", "专业已公开")
}
