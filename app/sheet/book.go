package sheet

import (
	"archive/zip"
	"bytes"
	"context"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"path"
	"slices"
	"strconv"
	"strings"
)

// book is an uploaded workbook. It is read here and not by excelize because a stranger
// sent it: excelize stops silently at damaged XML, ignores checksums, does not stream
// formulas, and spends gigabytes on a small sheet whose cells stand far apart.
type book struct {
	parts    map[string]*zip.File
	tabs     []tab
	shared   []string
	formats  []format // by the number of a cell's style
	date1904 bool     // days are counted as old Macintoshes did
}

// tab is one worksheet of a book.
type tab struct {
	name, part string
	hidden     bool
}

// open reads everything but the sheets. Nothing is unpacked before the sizes the archive
// declares are found small enough; archive/zip stops an entry that exceeds its own.
func open(ctx context.Context, file []byte) (*book, error) {
	if len(file) > maxUnpacked {
		return nil, ErrTooLarge
	}
	archive, err := zip.NewReader(bytes.NewReader(file), int64(len(file)))
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrNotWorkbook, err)
	}
	b := &book{parts: make(map[string]*zip.File, len(archive.File))}
	var size uint64
	for _, part := range archive.File {
		if part.UncompressedSize64 > maxUnpacked-size {
			return nil, ErrTooLarge
		}
		size += part.UncompressedSize64
		b.parts[partName(part.Name)] = part
	}
	if err := b.load(ctx); err != nil {
		return nil, err
	}
	if len(b.tabs) == 0 {
		return nil, fmt.Errorf("%w: no worksheet", ErrNotWorkbook)
	}
	return b, nil
}

// partName is the form in which names of parts are compared: some writers use
// backslashes, a leading slash or other capitals.
func partName(s string) string {
	return strings.TrimPrefix(strings.ToLower(strings.ReplaceAll(s, `\`, "/")), "/")
}

func (b *book) load(ctx context.Context) error {
	root, err := b.links(ctx, "")
	if err != nil {
		return err
	}
	main := root.first("/officeDocument")
	if main == "" {
		return fmt.Errorf("%w: no main part", ErrNotWorkbook)
	}
	links, err := b.links(ctx, main)
	if err != nil {
		return err
	}
	if err := b.loadTabs(ctx, main, links); err != nil {
		return err
	}
	if part := links.first("/styles"); part != "" {
		if err := b.loadFormats(ctx, part); err != nil {
			return err
		}
	}
	if part := links.first("/sharedStrings"); part != "" {
		return b.loadShared(ctx, part)
	}
	return nil
}

// link leads from one part to another; kind is the last step of its type's address.
type link struct{ id, kind, part string }

type links []link

// first is the part of the first link of a kind, or empty.
func (ls links) first(kind string) string {
	for _, l := range ls {
		if strings.HasSuffix(l.kind, kind) {
			return l.part
		}
	}
	return ""
}

func (b *book) links(ctx context.Context, from string) (links, error) {
	folder, name := path.Split(from)
	var found links
	err := b.scan(ctx, folder+"_rels/"+name+".rels", func(token xml.Token) error {
		el, ok := token.(xml.StartElement)
		if !ok || el.Name.Local != "Relationship" {
			return nil
		}
		part := attr(el, "Target")
		if !strings.HasPrefix(part, "/") {
			part = path.Join(folder, part)
		}
		found = append(found, link{attr(el, "Id"), attr(el, "Type"), partName(part)})
		return nil
	})
	return found, err
}

func (b *book) loadTabs(ctx context.Context, main string, ls links) error {
	return b.scan(ctx, main, func(token xml.Token) error {
		el, ok := token.(xml.StartElement)
		if !ok {
			return nil
		}
		switch el.Name.Local {
		case "workbookPr":
			b.date1904, _ = strconv.ParseBool(attr(el, "date1904"))
		case "sheet":
			at := slices.IndexFunc(ls, func(l link) bool { return l.id == attr(el, "id") })
			if at >= 0 && strings.HasSuffix(ls[at].kind, "/worksheet") {
				state := attr(el, "state")
				b.tabs = append(b.tabs, tab{attr(el, "name"), ls[at].part, state == "hidden" || state == "veryHidden"})
			}
		}
		return nil
	})
}

func (b *book) loadShared(ctx context.Context, part string) error {
	var text words
	return b.scan(ctx, part, func(token xml.Token) error {
		text.take(token)
		if el, ok := token.(xml.EndElement); ok && el.Name.Local == "si" {
			b.shared = append(b.shared, plain(text.buf))
			text.buf = text.buf[:0]
		}
		return nil
	})
}

// find is the wanted sheet, or the only one people see beside the guide.
func (b *book) find(l Layout) (tab, bool) {
	var seen []tab
	for _, t := range b.tabs {
		if fold(t.name) == fold(l.Sheet) {
			return t, true
		}
		if !t.hidden && fold(t.name) != fold(l.GuideSheet) {
			seen = append(seen, t)
		}
	}
	if len(seen) == 1 {
		return seen[0], true
	}
	return tab{}, false
}

// unpack reads a whole part. A checksum or length that does not fit is an error.
func (b *book) unpack(part string) ([]byte, error) {
	file, ok := b.parts[partName(part)]
	if !ok {
		return nil, fmt.Errorf("%w: no part %s", ErrNotWorkbook, part)
	}
	in, err := file.Open()
	if err != nil {
		return nil, fmt.Errorf("%w: %s: %w", ErrNotWorkbook, part, err)
	}
	defer in.Close()
	data, err := io.ReadAll(in)
	if err != nil {
		return nil, fmt.Errorf("%w: %s: %w", ErrNotWorkbook, part, err)
	}
	return data, nil
}

func (b *book) scan(ctx context.Context, part string, each func(xml.Token) error) error {
	data, err := b.unpack(part)
	if err != nil {
		return err
	}
	return scan(ctx, part, data, each)
}

// scan hands every token of a part to each. Depth and tags are limited because the
// decoder keeps about thirty bytes for each byte of a hostile one.
func scan(ctx context.Context, part string, data []byte, each func(xml.Token) error) error {
	const maxDepth = 64
	decoder := xml.NewDecoder(&tagLimit{data: data})
	depth := 0
	for n := 0; ; n++ {
		if n%1024 == 0 && ctx.Err() != nil {
			return ctx.Err()
		}
		token, err := decoder.Token()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return fmt.Errorf("%w: %s: %w", ErrNotWorkbook, part, err)
		}
		switch token.(type) {
		case xml.StartElement:
			depth++
		case xml.EndElement:
			depth--
		}
		if depth > maxDepth {
			return fmt.Errorf("%w: %s: nested too deeply", ErrNotWorkbook, part)
		}
		if err := each(token); err != nil {
			return err
		}
	}
}

// tagLimit reads data and fails when no tag ends or begins within a million bytes.
type tagLimit struct {
	data    []byte
	at, tag int
}

func (t *tagLimit) ReadByte() (byte, error) {
	const maxTag = 1 << 20
	if t.at == len(t.data) {
		return 0, io.EOF
	}
	c := t.data[t.at]
	t.at++
	if c == '<' || c == '>' {
		t.tag = t.at
	} else if t.at-t.tag > maxTag {
		return 0, errors.New("tag or text too long")
	}
	return c, nil
}

// Read is never called, the decoder prefers ReadByte, but makes it an io.Reader.
func (t *tagLimit) Read(p []byte) (int, error) {
	if len(p) == 0 {
		return 0, nil
	}
	c, err := t.ReadByte()
	if err != nil {
		return 0, err
	}
	p[0] = c
	return 1, nil
}

func attr(el xml.StartElement, name string) string {
	for _, a := range el.Attr {
		if a.Name.Local == name {
			return a.Value
		}
	}
	return ""
}
