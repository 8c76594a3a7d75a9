package web

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/url"
	"time"

	"github.com/gofiber/fiber/v2"
)

// streamTimeout is how long a file may take that is sent while it is made; it stays below
// the write timeout of the server.
const streamTimeout = 55 * time.Second

// stream sends a file while write makes it, so that none of it has to be held. write goes on
// after the handler has returned and may not touch the request. Where it fails the transfer
// breaks off: nobody takes a part for the whole.
func (s *site) stream(r *request, name, mediaType string, write func(ctx context.Context, w io.Writer) error) error {
	r.Set(fiber.HeaderContentType, mediaType)
	r.Set(fiber.HeaderContentDisposition, `attachment; filename*=UTF-8''`+url.PathEscape(name))
	if r.Method() == fiber.MethodHead {
		return nil
	}
	in, out := io.Pipe()
	id := requestID(r.Ctx)
	go func() {
		ctx, cancel := context.WithTimeout(context.Background(), streamTimeout)
		defer cancel()
		err := unbroken(func() error { return write(ctx, out) })
		if err != nil && !errors.Is(err, io.ErrClosedPipe) { // else the client has left
			s.Log.Error("a file broke off", "name", name, "id", id, "error", err)
		}
		out.CloseWithError(err)
	}()
	r.Context().SetBodyStream(in, -1)
	return nil
}

// unbroken makes an error of a panic, which elsewhere than in a handler ends the process.
func unbroken(do func() error) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("web.unbroken: panic: %v", p)
		}
	}()
	return do()
}
