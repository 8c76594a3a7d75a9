package web

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"net"
	"net/http"
	"strings"
	"testing"

	"github.com/gofiber/fiber/v2"
)

func TestStream(t *testing.T) {
	s := &site{Options: Options{Log: slog.New(slog.DiscardHandler)}}
	app := fiber.New(fiber.Config{DisableStartupMessage: true})
	for path, write := range map[string]func(context.Context, io.Writer) error{
		"/whole": func(_ context.Context, w io.Writer) error {
			_, err := io.WriteString(w, strings.Repeat("whole", 100_000))
			return err
		},
		"/broken": func(_ context.Context, w io.Writer) error {
			_, err := io.WriteString(w, strings.Repeat("part", 100_000))
			return errors.Join(err, errors.New("no more"))
		},
		"/panic": func(context.Context, io.Writer) error { panic("lost") },
	} {
		app.Get(path, func(c *fiber.Ctx) error { return s.stream(&request{Ctx: c}, "文件 1.txt", "text/plain", write) })
	}
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	go app.Listener(ln)
	defer app.Shutdown()
	for _, tt := range []struct {
		name, path string
		size       int // of what arrives whole; 0: the transfer breaks off
	}{{"a whole file", "/whole", 500_000}, {"an error on the way", "/broken", 0}, {"a panic on the way", "/panic", 0}} {
		t.Run(tt.name, func(t *testing.T) {
			res, err := http.Get("http://" + ln.Addr().String() + tt.path)
			if err != nil {
				if tt.size > 0 {
					t.Fatal(err)
				}
				return
			}
			defer res.Body.Close()
			body, err := io.ReadAll(res.Body)
			if (err == nil) != (tt.size > 0) || tt.size > 0 && len(body) != tt.size {
				t.Errorf("%d bytes (%v)", len(body), err)
			}
			if got := res.Header.Get("Content-Disposition"); got != "attachment; filename*=UTF-8''%E6%96%87%E4%BB%B6%201.txt" {
				t.Errorf("the name is sent as %s", got)
			}
		})
	}
}
