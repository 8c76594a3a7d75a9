//go:build browser

package apptest

import (
	"testing"

	"liangcheng/app/portal"
)

// TestBrowserViewerMayLookAndNotCreate walks the desks of people who may only look.
func TestBrowserViewerMayLookAndNotCreate(t *testing.T) {
	a, chrome := Start(t), startChromium(t)
	for _, tt := range []struct {
		name, of  string
		look      map[string]string // page → what it shows all the same
		forbidden []string
	}{
		{"of an enterprise", "demo-e01",
			map[string]string{"/desk": "通知", "/desk/needs": "需求", "/desk/needs/demo-n001": "办理记录", "/desk/intentions": "收到的意向", "/organisation": "人员", "/programmes/demo-c2-430504": "储能材料技术"},
			[]string{"/desk/needs/new", "/desk/needs/demo-n001/edit", "/organisation/edit"}},
		{"of a college", "demo-c2",
			map[string]string{"/desk": "通知", "/desk/programmes": "下载已填好的模板", "/desk/programmes/demo-c2-430504": "填报内容", "/desk/needs": "需求", "/desk/intentions": "收到的意向", "/organisation": "人员", "/needs/demo-n001": "需求"},
			[]string{"/desk/programmes/new", "/organisation/edit"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			b := chromium{t, chrome.ctx}.desk(a)
			b.enterWith(SignedIn(t, a, Who{Of: tt.of, Role: portal.Reader}))
			for path, shows := range tt.look {
				b.open(path)
				b.shows(shows)
				if forms := evaluate[string](b, `[...document.querySelectorAll("main form[method=post]:not(#keep)")].map(f => f.getAttribute("action")).join(" ")`); forms != "" {
					t.Errorf("%s offers %s", path, forms)
				}
				if ways := evaluate[string](b, `[...document.querySelectorAll("main a")].map(a => a.getAttribute("href")).filter(h => /\/(new|edit)\b/.test(h)).join(" ")`); ways != "" {
					t.Errorf("%s leads to %s", path, ways)
				}
			}
			for _, path := range append(tt.forbidden, "/desk/intentions/new?programme=demo-c2-430504&need=demo-n001") {
				b.open(path)
				b.shows("你的角色是「查看者」")
				b.look("viewer-forbidden-" + tt.of)
				b.press("查看本机构的人员和角色")
				b.arrives("/organisation")
				b.open("/en" + path)
				b.shows("Your role is viewer")
			}
			b.quiet()
		})
	}
}
