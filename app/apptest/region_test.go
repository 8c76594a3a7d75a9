package apptest

import (
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"
)

// TestTheOfficeSeesTheRegion walks from the desk to the region, from a figure to what it
// counts, sets a target, and advises colleges on what is lacking.
func TestTheOfficeSeesTheRegion(t *testing.T) {
	a := Start(t)
	office, analyst, college, enterprise := SignedIn(t, a, people["reviewer"]), SignedIn(t, a, people["analyst"]), SignedIn(t, a, people["c.owner"]), SignedIn(t, a, people["e.owner"])
	says(t, office.Get("/desk"), "需要处理", "有逾期节点的合作项目", "空转的合作项目")

	says(t, college.Get("/desk"), "认定差距测算", "专业设置建议")

	// A figure of the region and the list behind it.
	region := analyst.Get("/desk/region")
	says(t, region, "统计截至", "按类型", "按责任单位", "已签约或运行中", "演示数据")
	checked, number := 0, regexp.MustCompile(`^\d+$`)
	for a := range region.elements("a") {
		link, n := attr(a, "href"), textOf(a)
		if strings.HasPrefix(link, "/desk/region/partnerships?") && number.MatchString(n) && checked < 12 {
			says(t, analyst.Get(link), "合作项目 "+n+" 个")
			checked++
		}
	}
	if checked < 10 {
		t.Errorf("%d figures lead to what they count", checked)
	}
	says(t, analyst.Get("/desk/region?type=order_class&stage=running"), "清除全部条件")
	says(t, analyst.Get("/desk/region?type=alchemy&stage=xx"), "「alchemy」不是可选的值", "「xx」不是可选的值", "按责任单位")
	says(t, region, "毕业生留企率%") // a rate is in percent, not in what its parts count
	says(t, analyst.Get("/desk/region?period=all-of-them"), "all-of-them")
	says(t, analyst.Get("/en/desk/region"), "By responsible unit", "Count anew", "counted as of")
	if again := analyst.Send("/desk/region/rebuild", url.Values{}); again.Status != http.StatusSeeOther {
		t.Errorf("counting anew: %d", again.Status)
	}

	// A target: what is wrong stays typed, what is right shows its progress.
	refused := office.Send("/desk/targets", url.Values{"_form": {"set"}, "span": {"by_year"}, "year": {"2027"}, "value": {"很多"}, "note": {"按季度检查"}})
	if refused.Status != http.StatusUnprocessableEntity || !strings.Contains(refused.Body, `value="很多"`) || !strings.Contains(refused.Body, "按季度检查") {
		t.Errorf("%d; what was typed is lost", refused.Status)
	}
	says(t, refused, "目标值须是大于 0 的数", "请写明目标来自哪份文件")
	set := office.Send("/desk/targets", url.Values{"_form": {"set"}, "type": {"order_class"}, "span": {"by_year"}, "year": {"2030"}, "value": {"10"}, "source": {"演示文件〔2026〕1号"}})
	says(t, office.follow(set), "2030 年目标", "已签约的订单班", "演示文件〔2026〕1号")
	if !analyst.Get("/desk/targets").formless("/desk/targets") {
		t.Error("an analyst is offered to set targets")
	}

	// Demand against supply, the ledger, advice and a college's answer.
	supply := analyst.Get("/desk/supply")
	says(t, supply, "专业类 × 行业门类", "空余学位", "缺口")
	if !slices.ContainsFunc(supply.Links(), func(l string) bool { return strings.HasPrefix(l, "/desk/supply/needs?class=") }) {
		t.Error("no cell leads to its needs")
	}
	says(t, analyst.Get("/desk/chains"), "教育链", "创新链", "数据表")
	ledger := office.Get("/desk/gaps")
	says(t, ledger, "本地无院校开设", "建议增设专业")
	at := slices.IndexFunc(ledger.Links(), func(l string) bool { return strings.HasPrefix(l, "/desk/advice/new?") })
	if at < 0 {
		t.Fatal("the ledger does not lead to advice")
	}
	form := office.Get(ledger.Links()[at]).formOn("/desk/advice/new")
	form.Set("colleges", "demo-c2")
	says(t, office.Send("/desk/advice/new", form), "理由与要求")
	form.Set("text", "本地没有院校开设，请研究增设。")
	given := office.Send("/desk/advice/new", form)
	address := given.Header.Get("Location")
	says(t, office.follow(given), "本地没有院校开设", "待答复")
	says(t, college.Get("/notifications"), "专业设置建议")
	if got := enterprise.Get(address); got.Status != http.StatusNotFound {
		t.Errorf("an enterprise reads the advice: %d", got.Status)
	}
	answer := college.Get(address).formOn(address)
	answer.Set("reply", "will")
	answer.Set("year", "明年")
	answer.Set("seats", "40")
	says(t, college.Send(address, answer), "明年")
	answer.Set("year", strconv.Itoa(time.Now().Year()+1))
	says(t, college.follow(college.Send(address, answer)), "将增设或扩招", "40")
	says(t, office.Get(address), "将增设或扩招")
	says(t, office.Get("/notifications"), "答复了")
}
