package main

import (
	"bytes"
	"context"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// ask runs a command in a folder and returns what it printed.
func ask(t *testing.T, args ...string) (string, error) {
	t.Helper()
	var out bytes.Buffer
	none := func(string) (string, bool) { return "", false }
	err := run(t.Context(), args, none, &out, &bytes.Buffer{})
	return out.String(), err
}

func TestCommands(t *testing.T) {
	data := t.TempDir()
	judged := filepath.Join(t.TempDir(), "judged.jsonl")
	line := `{"id":"x","text":"养老护理","industry_code":"Q84","style":"std","level":"高职","judged":[{"code":"590302","grade":3},{"code":"520201","grade":2}]}`
	if err := os.WriteFile(judged, []byte(line+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	runFile := filepath.Join(t.TempDir(), "run.tsv")
	for _, tt := range []struct {
		name string
		args []string
		want string
		fail string
	}{
		{"help", []string{"help"}, "PORTAL_DATA", ""},
		{"seed", []string{"seed", "--data", data}, "specialisms      2374", ""},
		{"match", []string{"match", "动力电池电芯产线技术员", "--data", data}, "储能材料技术", ""},
		{"match nonsense", []string{"match", "呵呵哈哈", "--data", data}, "nothing fits", ""},
		{"match as JSON", []string{"match", "护理", "--json", "--data", data}, `"Rel":`, ""},
		{"match nothing", []string{"match", "--data", data}, "", "no text"},
		{"match an unknown industry", []string{"match", "护理", "--industry", "Z99", "--data", data}, "", "unknown_industry"},
		{"eval", []string{"eval", judged, "--run", runFile, "--data", data}, "nDCG@10", ""},
		{"eval against another run", []string{"eval", judged, "--against", runFile, "--data", data}, "0 needs answered otherwise", ""},
		{"eval against no run", []string{"eval", judged, "--against", judged, "--data", data}, "", "tab-separated"},
		{"eval on the needs of the release", []string{"eval", "--data", data}, "all                    60", ""},
		{"eval without an industry", []string{"eval", judged, "--without-industry", "--data", data}, "changed", ""},
		{"eval a missing file", []string{"eval", "/nope", "--data", data}, "", "no such file"},
		{"fit on too few needs", []string{"fit", judged, "--data", data}, "", "with fewer than 60"},
		{"fit without a file", []string{"fit", "--data", data}, "", "want files"},
		{"feedback of real people", []string{"feedback", "export", "--data", data}, "", ""},
		{"feedback that is nothing", []string{"feedback", "--data", data}, "", "export"},
		{"reindex", []string{"reindex", "--data", data}, "2374/2374", ""},
		{"reconcile", []string{"reconcile", "--data", data}, "nothing missed, nothing doubled", ""},
		{"purge", []string{"seed", "--purge-demo", "--data", data}, "removed", ""},
		{"after the purge", []string{"seed", "--data", data}, "needs               0", ""},
		{"reload", []string{"seed", "--reload-demo", "--data", data}, "needs             12", ""},
		{"unknown command", []string{"dance"}, "", "unknown command"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got, err := ask(t, tt.args...)
			if tt.fail != "" {
				if err == nil || !strings.Contains(err.Error(), tt.fail) {
					t.Errorf("error %v, want %q in it", err, tt.fail)
				}
				return
			}
			if err != nil || !strings.Contains(got, tt.want) {
				t.Errorf("printed %.400q (%v), want %q in it", got, err, tt.want)
			}
		})
	}
	if body, err := os.ReadFile(runFile); err != nil || !strings.HasPrefix(string(body), "x\t") {
		t.Errorf("the run file holds %.60q (%v)", body, err)
	}
}

func TestServeTellsWhatIsWrongAtStart(t *testing.T) {
	damaged := t.TempDir()
	if err := os.WriteFile(filepath.Join(damaged, "portal.db"), bytes.Repeat([]byte("garbage "), 4096), 0o600); err != nil {
		t.Fatal(err)
	}
	demo := t.TempDir()
	if _, err := ask(t, "seed", "--data", demo); err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		name string
		args []string
		want string
	}{
		{"damaged data", []string{"--data", damaged}, "damaged"},
		{"a file instead of a folder", []string{"--data", file}, "not a directory"},
		{"production on demonstration data", []string{"--data", demo, "--mode", "production", "--base-url", "https://x.cn"}, "--purge-demo"},
		{"MongoDB that is not there", []string{"--mode", "demo", "--mongo-uri", "mongodb://127.0.0.1:1/portal?serverSelectionTimeoutMS=300"}, "does not answer"},
		{"no address of MongoDB", []string{"--mode", "demo", "--mongo-uri", "mongo://x"}, "not valid"},
		{"production over http", []string{"--mode", "production"}, "https"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if _, err := ask(t, append([]string{"--addr", "127.0.0.1:0"}, tt.args...)...); err == nil || !strings.Contains(explain(err), tt.want) {
				t.Errorf("error %v, want %q in it", err, tt.want)
			}
		})
	}
}

func TestSecondProcessOnAFolderIsRefused(t *testing.T) {
	data := t.TempDir()
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	none := func(string) (string, bool) { return "", false }
	go func() {
		ended <- run(ctx, []string{"--data", data, "--addr", "127.0.0.1:18099"}, none, &bytes.Buffer{}, &bytes.Buffer{})
	}()
	for i := 0; ; i++ {
		res, err := http.Get("http://127.0.0.1:18099/readyz")
		if err == nil {
			res.Body.Close()
			if res.StatusCode == http.StatusOK {
				break
			}
		}
		if i > 300 {
			t.Fatal("the first process is not ready")
		}
		time.Sleep(50 * time.Millisecond)
	}
	_, err := ask(t, "seed", "--data", data)
	if err == nil || !strings.Contains(explain(err), data) || !strings.Contains(explain(err), "--data DIR") {
		t.Errorf("a second process: %v", err)
	}
	if _, err := ask(t, "healthcheck", "--addr", "127.0.0.1:18099"); err != nil {
		t.Errorf("healthcheck: %v", err)
	}
	stop()
	if err := <-ended; err != nil {
		t.Errorf("stopping: %v", err)
	}
}
