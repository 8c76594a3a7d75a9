package app_test

import (
	"os/exec"
	"strings"
	"testing"
)

// rooms says what each room may import of ours; whatever is not listed is refused. A
// trailing /... stands for everything below.
var rooms = map[string][]string{
	"cmd/portal":          {"app", "app/config", "app/match", "app/portal", "app/service", "app/store", "app/store/...", "search/meili"},
	"app":                 {"app/...", "search", "search/...", "seeds", "views"},
	"app/calendar":        {},
	"app/config":          {},
	"app/portal":          {},
	"app/mail":            {"app/portal"},
	"app/match":           {"app/portal", "search/text"},
	"app/secret":          {},
	"app/sheet":           {},
	"app/document":        {},
	"app/store":           {"app/portal"},
	"app/store/mongo":     {"app/store"},
	"app/store/sqlite":    {"app/store"},
	"app/store/storetest": {"app/store", "app/portal"},
	"app/service":         {"app/store", "app/match", "app/portal", "app/secret", "app/sheet", "search", "search/text", "seeds"},
	"app/web":             {"app/calendar", "app/document", "app/service", "app/portal", "app/secret", "app/match", "search", "views"},
	"app/apptest":         {"app", "app/..."},
	"search":              {},
	"search/text":         {},
	"search/local":        {"search", "search/text"},
	"search/meili":        {"search", "search/text"},
	"search/searchtest":   {"search"},
	"seeds":               {},
	"views":               {"app/portal", "app/match"},
}

func TestImportsGoOneWay(t *testing.T) {
	out, err := exec.Command("go", "list", "-f", `{{.ImportPath}}:{{join .Imports " "}}`, "liangcheng/...").Output()
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(out)) {
		room, imports, _ := strings.Cut(strings.TrimSpace(line), ":")
		room = strings.TrimPrefix(strings.TrimPrefix(room, "liangcheng"), "/")
		allowed, known := rooms[room]
		if !known {
			t.Errorf("room %s is not in the table", room)
			continue
		}
		for imported := range strings.FieldsSeq(imports) {
			if other, ours := strings.CutPrefix(imported, "liangcheng/"); ours && !among(allowed, other) {
				t.Errorf("%s imports %s", room, other)
			}
		}
	}
}

func among(allowed []string, room string) bool {
	for _, a := range allowed {
		if tree, all := strings.CutSuffix(a, "/..."); a == room || all && strings.HasPrefix(room, tree+"/") {
			return true
		}
	}
	return false
}
