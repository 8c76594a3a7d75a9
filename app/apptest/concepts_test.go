package apptest

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"liangcheng/app/portal"
)

// TestAConceptFromAWordToTheMatchWithoutRestart walks two people of the office from a word
// nobody knows to a concept that counts, and back.
func TestAConceptFromAWordToTheMatchWithoutRestart(t *testing.T) {
	a := Start(t)
	first, second, analyst, visitor := SignedIn(t, a, people["reviewer"]), SignedIn(t, a, people["administrator"]), SignedIn(t, a, people["analyst"]), NewClient(t, a.Addr())
	ask := "/match?text=" + url.QueryEscape("招犇骉工三名")
	if !strings.Contains(visitor.Get(ask).Body, "没有看出对应的专业") {
		t.Fatal("the word is known already")
	}

	// The form, filled in from the word; what is wrong stands beside its field.
	form := first.Get("/desk/concepts/new?word=" + url.QueryEscape("犇骉")).formOn("/desk/concepts/new")
	if form.Get("surfaces") != "犇骉" || form.Get("effect") != "points" {
		t.Errorf("the form begins with %v", form)
	}
	form.Set("surfaces", "犇骉\n工程师")
	form.Set("targets", "510206\n不存在的专业")
	form.Set("weight", "3")
	refused := first.Send("/desk/concepts/new", form)
	if refused.Status != http.StatusUnprocessableEntity || !strings.Contains(refused.Body, "不存在的专业</textarea>") || !strings.Contains(refused.Body, `value="3"`) {
		t.Errorf("%d: what was typed is lost", refused.Status)
	}
	says(t, refused, "目录里没有「不存在的专业」", "「工程师」是招聘套话", "权重要大于 0", "请填写「种类」", "请填写「依据」")
	for name, value := range map[string]string{"surfaces": "犇骉", "targets": "护理\n510202", "weight": "0.9", "kind": "dialect", "source": "走访数据中心"} {
		form.Set(name, value)
	}
	says(t, first.Send("/desk/concepts/new", form), "「护理」不止一个", "520201")
	form.Set("targets", "510206\n510202")
	sent := first.Send("/desk/concepts/new", form)
	at := sent.Header.Get("Location")
	says(t, first.follow(sent), "草稿已保存", "510206 云计算技术应用", "拟定概念词")
	act := func(c *Client, act string) url.Values { t.Helper(); return c.Get(at).formOn(at + "/" + act) }

	// A draft changes nothing; what it would change is worked out.
	says(t, first.Get(at+"/preview"), "单独问这些词", "510206 云计算技术应用 → 2", "评测需求的前十名不变", "征集中的需求里没有说到这些词")
	if !strings.Contains(visitor.Get(ask).Body, "没有看出对应的专业") {
		t.Error("a draft counts")
	}
	says(t, first.follow(first.Send(at+"/propose", act(first, "propose"))), "等另一位同事复核", "提出人不能自己批准")
	if !first.Get(at).formless(at+"/approve") || !analyst.Get(at).formless(at+"/approve") {
		t.Error("who has proposed it, or an analyst, is offered to approve it")
	}
	approve := act(second, "approve")
	says(t, first.Send(at+"/approve", approve), "提出人不能自己批准，请另一位同事复核")
	if got := analyst.Send(at+"/approve", approve).Status; got != http.StatusForbidden {
		t.Errorf("an analyst approves: %d", got)
	}
	says(t, second.Get("/desk"), "待复核的概念词")
	says(t, second.Get("/notifications"), "有概念词等你审定：犇骉")
	for who, c := range map[string]*Client{"the one who proposed": first, "an analyst": analyst} {
		if strings.Contains(c.Get("/notifications").Body, "有概念词等你审定") {
			t.Errorf("%s is asked to decide", who)
		}
	}
	says(t, second.Get("/desk/concepts?state=proposed"), "犇骉", "共 1 条")

	says(t, second.follow(second.Send(at+"/approve", approve)), "已批准，几秒内生效", "测试·administrator")
	eventually(t, "the word counts", func() bool { return strings.Contains(visitor.Get(ask).Body, "云计算技术应用") })
	says(t, visitor.Get(ask), "犇骉")
	says(t, first.Get("/notifications"), "你提出的概念词已生效：犇骉")
	if late := second.Send(at+"/approve", approve); late.Status != http.StatusConflict {
		t.Errorf("approved twice: %d", late.Status)
	}
	eventually(t, "the match was measured again", func() bool {
		return !strings.Contains(first.Get("/desk/quality").Body, "正在重算") && strings.Contains(first.Get("/desk/quality").Body, "/desk/quality/needs?from=")
	})
	compared := ""
	for _, l := range first.Get("/desk/quality").Links() {
		if strings.Contains(l, "/desk/quality/needs?") {
			compared = l
		}
	}
	says(t, first.Get(compared), "两次评测的前十名完全相同")

	// Taken back, everything is as before.
	withdraw := act(first, "withdraw")
	says(t, first.Send(at+"/withdraw", withdraw), "请填写「理由」")
	withdraw.Set("reason", "复核有误")
	says(t, first.follow(first.Send(at+"/withdraw", withdraw)), "已撤回", "复核有误")
	eventually(t, "the word counts no longer", func() bool { return strings.Contains(visitor.Get(ask).Body, "没有看出对应的专业") })
}

// TestTwoPeopleAtOneDraft tells the slower of two and keeps their words.
func TestTwoPeopleAtOneDraft(t *testing.T) {
	a := Start(t)
	first, second := SignedIn(t, a, people["reviewer"]), SignedIn(t, a, people["administrator"])
	form := url.Values{"surfaces": {"犇骉"}, "effect": {"points"}, "target_kind": {"specialism"}, "targets": {"510206"}, "weight": {"0.9"}, "kind": {"post"}, "lang": {"zh"}, "source": {"走访"}}
	at := first.Send("/desk/concepts/new", form).Header.Get("Location")
	mine, theirs := first.Get(at+"/edit").formOn(at+"/edit"), second.Get(at+"/edit").formOn(at+"/edit")
	theirs.Set("weight", "0.5")
	says(t, second.follow(second.Send(at+"/edit", theirs)), "0.5")
	mine.Set("surfaces", "犇骉\n骉犇")
	late := first.Send(at+"/edit", mine)
	if late.Status != http.StatusConflict || !strings.Contains(late.Body, "骉犇</textarea>") {
		t.Errorf("%d: the words of the slower one are lost", late.Status)
	}
	says(t, late, "别人已经处理过", "0.5")
	says(t, first.follow(first.Send(at+"/edit", late.formOn(at+"/edit"))), "骉犇")
}

// TestTheConceptTableIsSearchedAndExported reads the rows of the release beside those of
// the office.
func TestTheConceptTableIsSearchedAndExported(t *testing.T) {
	a := Start(t)
	office := SignedIn(t, a, people["reviewer"])
	found := office.Get("/desk/concepts?q=data+centre&target=%E4%BA%91%E8%AE%A1%E7%AE%97")
	says(t, found, "data centre", "510206 云计算技术应用", "发布版")
	rows := 0
	for range found.elements("tr") {
		rows++
	}
	says(t, found, fmt.Sprintf("共 %d 条", rows-1)) // but for the heads
	says(t, office.Get("/desk/concepts?q=%E6%B2%A1%E6%9C%89%E8%BF%99%E4%B8%AA%E8%AF%8D%E7%8A%87"), "没有符合条件的概念词")
	says(t, office.Get("/en/desk/concepts?from=release&page=2"), "Release", "Concept words")
	for path, want := range map[string]int{"?state=lost": 404, "?kind=lost": 404, "?from=lost": 404, "/new?row=0": 404, "/new?row=x": 404, "/nothing": 404, "?page=9999": 200} {
		if got := office.Get("/desk/concepts" + path).Status; got != want {
			t.Errorf("%s: %d, want %d", path, got, want)
		}
	}
	form := office.Get("/desk/concepts/new?row=1").formOn("/desk/concepts/new")
	if !strings.HasPrefix(form.Get("surfaces"), "data centre") || form.Get("replaces") == "" {
		t.Errorf("the form of a row begins with %v", form)
	}
	form.Set("source", "走访")
	says(t, office.Send("/desk/concepts/new", form), "与现有词条完全一样")
	table := office.Get("/desk/concepts.csv")
	if !strings.HasPrefix(table.Body, "surface,lang,kind,target_kind,target,weight,polarity,industries,source\ndata centre") {
		t.Errorf("the table begins with %.120s", table.Body)
	}
	if book := office.Get("/desk/concepts.xlsx?q=ct"); book.Status != http.StatusOK || !strings.HasPrefix(book.Body, "PK") {
		t.Errorf("the workbook: %d", book.Status)
	}
}

// TestTheQualityPageShowsNoPersonalWords measures the match, and lists only words two
// organisations have used.
func TestTheQualityPageShowsNoPersonalWords(t *testing.T) {
	a := Start(t)
	office := SignedIn(t, a, people["analyst"])
	eventually(t, "the match was measured", func() bool { return strings.Contains(office.Get("/desk/quality").Body, "nDCG@10") })
	says(t, office.Get("/desk/quality"), "评测需求", "60 条", "95% 区间", "没有这样的词", "截至")
	says(t, office.Get("/desk/quality?demo=1"), "演示需求里没有对上的词")
	says(t, office.Get("/en/desk/quality"), "Match quality", "Fingerprint of the graph")
	if got := office.Get("/desk/quality/needs?from=a&to=b").Status; got != http.StatusNotFound {
		t.Errorf("evaluations nobody has made: %d", got)
	}
	if n, err := a.Records.Evaluations.Count(t.Context()); err != nil || n != 1 {
		t.Errorf("%d evaluations, %v", n, err)
	}
	err := a.Records.Evaluations.All(t.Context(), nil, func(e *portal.Evaluation) error {
		if all := e.Slices[0]; all.Mean.NDCG10 < .8 || all.Lowest.NDCG10 > all.Mean.NDCG10 || all.Most.NDCG10 < all.Mean.NDCG10 {
			t.Errorf("%+v", all)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}
