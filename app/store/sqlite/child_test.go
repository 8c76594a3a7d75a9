package sqlite

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
	"sync"
	"testing"

	"liangcheng/app/portal"
	"liangcheng/app/store"
)

// Some tests need another process: they start the test binary again with these set.
const (
	childTask = "SQLITE_TEST_TASK"
	childDir  = "SQLITE_TEST_DIR"
)

func TestMain(m *testing.M) {
	tasks := map[string]func(ctx context.Context, dir string, out io.Writer) error{
		"":      nil,
		"open":  openOnly,
		"write": writeForEver,
	}
	task := tasks[os.Getenv(childTask)]
	if task == nil {
		os.Exit(m.Run())
	}
	if err := task(context.Background(), os.Getenv(childDir), os.Stdout); err != nil {
		fmt.Println("error:", err)
		os.Exit(1)
	}
}

// child prepares the test binary to do a task in the folder.
func child(t *testing.T, task, dir string) *exec.Cmd {
	t.Helper()
	program, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), program)
	cmd.Env = append(os.Environ(), childTask+"="+task, childDir+"="+dir)
	return cmd
}

func openOnly(ctx context.Context, dir string, _ io.Writer) error {
	e, err := Open(ctx, dir)
	if err != nil {
		return err
	}
	return e.Close()
}

// paper is a record that shows whether it is whole: both texts must be the same.
type paper struct {
	portal.Meta
	Text  string `json:"text"`
	Again string `json:"again"`
	Batch string `json:"batch"`
}

type papers = store.Collection[paper, *paper]

func openPapers(ctx context.Context, e *Engine) (*papers, error) {
	return store.Open[paper, *paper](ctx, e, "papers",
		store.Field[paper]{Name: "batch", Kind: store.Text, Of: func(p *paper) any { return p.Batch }},
		store.Field[paper]{Name: "text", Kind: store.Text, Of: func(p *paper) any { return p.Text[:10] }},
	)
}

// batchSize is how many papers come in one InsertMany.
const batchSize = 20

// writeForEver inserts, changes, inserts batches and puts blobs, four at a time, and
// prints a line for each write that has been acknowledged.
func writeForEver(ctx context.Context, dir string, out io.Writer) error {
	e, err := Open(ctx, dir)
	if err != nil {
		return err
	}
	all, err := openPapers(ctx, e)
	if err != nil {
		return err
	}
	var mu sync.Mutex
	say := func(line string) {
		mu.Lock()
		defer mu.Unlock()
		fmt.Fprintln(out, line)
	}
	failed := make(chan error)
	for w := range 4 {
		go func() {
			for i := 0; ; i++ {
				if err := writeOnce(ctx, e, all, fmt.Sprintf("%d-%d-%d", os.Getpid(), w, i), say); err != nil {
					failed <- err
					return
				}
			}
		}()
	}
	return <-failed
}

func writeOnce(ctx context.Context, e *Engine, all *papers, name string, say func(string)) error {
	text := strings.Repeat(name+" ", 600)
	p := paper{Meta: portal.Meta{ID: name}, Text: text, Again: text}
	if err := all.Insert(ctx, &p); err != nil {
		return err
	}
	say(fmt.Sprintf("record %s 1", name))
	if _, err := all.Mutate(ctx, name, func(p *paper) error { p.Text += "x"; p.Again += "x"; return nil }); err != nil {
		return err
	}
	say(fmt.Sprintf("record %s 2", name))
	batch := make([]paper, batchSize)
	for i := range batch {
		batch[i] = paper{Meta: portal.Meta{ID: fmt.Sprint(name, "-", i)}, Text: text, Again: text, Batch: name}
	}
	if err := all.InsertMany(ctx, batch); err != nil {
		return err
	}
	say("batch " + name)
	b, err := e.PutBlob(ctx, strings.NewReader(text), 1<<20)
	if err != nil {
		return err
	}
	say("blob " + b.ID)
	return nil
}

// acknowledged reads n lines of a child and then kills it in the middle of its work.
func acknowledged(t *testing.T, cmd *exec.Cmd, n int) []string {
	t.Helper()
	pipe, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	var lines []string
	in := bufio.NewScanner(pipe)
	for in.Scan() {
		lines = append(lines, in.Text())
		if len(lines) == n {
			if err := cmd.Process.Kill(); err != nil {
				t.Fatal(err)
			}
		}
	}
	if err := cmd.Wait(); err == nil || len(lines) < n {
		t.Fatalf("the child ended by itself (%v): %v", err, lines)
	}
	return lines
}
