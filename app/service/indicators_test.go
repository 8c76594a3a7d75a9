package service_test

import (
	"errors"
	"strings"
	"testing"

	"liangcheng/app/portal"
	"liangcheng/app/service"
)

func TestDictionary(t *testing.T) {
	h := open(t, true)
	ctx := t.Context()
	all, err := h.services.Indicators.List(ctx, portal.Visitor)
	if err != nil || len(all) != 112 || all[0].ID != "students_enrolled" {
		t.Fatalf("%d indicators: %v", len(all), err)
	}
	funnel := 0
	for _, i := range all {
		if i.Status == portal.IndicatorUnresolved && i.Threshold != nil {
			t.Errorf("%s is unresolved and has a threshold", i.ID)
		}
		if i.Threshold != nil && (i.Threshold.Document == "" || i.Threshold.Judges() != (i.ID == "intern_pay_ratio")) {
			t.Errorf("%s: %+v", i.ID, i.Threshold)
		}
		if (i.Kind == portal.ValueRate) != (i.Parts != nil) || (i.Kind == portal.ValueClass) != (len(i.Classes) > 0) || len(i.Types)+len(i.Also) == 0 {
			t.Errorf("%s is incomplete: %+v", i.ID, i)
		}
		if strings.HasPrefix(i.ID, "cohort_") {
			funnel++
		}
	}
	if funnel != 5 {
		t.Errorf("%d indicators of our own", funnel)
	}
	administrator := portal.Viewer{Person: "a", Organisation: portal.OfficeID, Kind: portal.Office, Role: portal.Administrator, State: portal.OrganisationVerified, Sure: true}
	words := portal.IndicatorWords{Name: "对口率", NameEn: "x", Threshold: &portal.Threshold{Compare: portal.AtLeast, Value: 7000, Document: "某文件", Reach: portal.InGuiyang, Current: true}}
	if _, err := h.services.Indicators.Reword(ctx, portal.Visitor, "tripartite_rate", 1, words); !errors.Is(err, portal.ErrForbidden) {
		t.Errorf("a visitor changes the dictionary: %v", err)
	}
	if _, err := h.services.Indicators.Reword(ctx, administrator, "tripartite_rate", 2, words); !errors.Is(err, portal.ErrConflict) {
		t.Errorf("over somebody else's change: %v", err)
	}
	if _, err := h.services.Indicators.Reword(ctx, administrator, "tripartite_rate", 1, words); err != nil {
		t.Fatal(err)
	}
	changed := overlay(t, "indicators.csv", "三方协议签订率,", "三方协议签订比例,")
	if _, err := service.Seed(ctx, portal.System, h.records, service.SeedOptions{Files: changed, Demo: true, Now: now}); err != nil {
		t.Fatal(err)
	}
	if i, err := h.services.Indicators.Show(ctx, portal.Visitor, "tripartite_rate"); err != nil || i.Name != "对口率" || i.Threshold == nil || i.Status != portal.IndicatorRead {
		t.Errorf("after loading the seeds again: %+v %v", i, err)
	}
}
