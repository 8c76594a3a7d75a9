package web

import (
	"context"
	"io"
	"mime/multipart"

	"liangcheng/app/portal"
	"liangcheng/app/service"
	"liangcheng/views"
)

// importSection is the round trip through Excel of a list of the desk; its own words are
// under a key.
func (s *site) importSection(r *request, list, words string) views.Section {
	say := s.say(r.lang)
	sec := views.Section{ID: "excel", Title: say("import.title"), Note: say(words + ".note"),
		Actions: []views.Link{{Text: say("import.template"), URL: r.to(list + ".xlsx")}}}
	if r.viewer.CanEdit() {
		f := s.form(r, list+"/import", "import.check", s.fileField(r, "workbook", ".xlsx"))
		f.ID, f.Upload, f.Note = "import", true, say("import.check.note")
		sec.Forms = []views.Form{*f}
	}
	return sec
}

// sendTemplate sends the workbook of a list.
func (s *site) sendTemplate(ctx context.Context, r *request, words string, write func(context.Context, portal.Viewer, string) ([]byte, error)) error {
	file, err := write(ctx, r.viewer, r.lang)
	if err != nil {
		return err
	}
	return sendWorkbook(r, s.dated(r, words+".sheet"), file)
}

// dated names a workbook that is as things are today.
func (s *site) dated(r *request, key string) string {
	return s.say(r.lang)(key) + "-" + s.Clock().In(portal.Shanghai).Format("20060102") + ".xlsx"
}

// sendWorkbook sends a workbook under a name of the reader's language.
func sendWorkbook(r *request, name string, file []byte) error {
	const workbook = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
	return sendBody(r, portal.Attachment{Name: name, Type: workbook}, file)
}

// takeImport checks an uploaded workbook and shows what it would do, or the page it was
// sent from with what is wrong with the file.
func (s *site) takeImport(ctx context.Context, r *request, read func(ctx context.Context, v portal.Viewer, lang, name string, file []byte) (portal.Operation, error),
	page func(context.Context, *request) (views.Desk, error)) error {
	op, err := r.readImport(ctx, read)
	if err == nil {
		return s.done(r, "", "/desk/imports/"+op.ID)
	}
	return s.again(r, err, func() (views.Desk, error) { return page(ctx, r) })
}

func (r *request) readImport(ctx context.Context, read func(ctx context.Context, v portal.Viewer, lang, name string, file []byte) (portal.Operation, error)) (portal.Operation, error) {
	file, err := r.FormFile("workbook")
	if err != nil {
		return portal.Operation{}, portal.Invalid{{Field: "workbook", Key: "problem.required"}}
	}
	body, err := readUpload(file, service.ImportBytes)
	if err != nil {
		return portal.Operation{}, err
	}
	return read(ctx, r.viewer, r.lang, file.Filename, body)
}

// readUpload reads an uploaded file, one byte more than allowed if it is larger.
func readUpload(file *multipart.FileHeader, most int64) ([]byte, error) {
	in, err := file.Open()
	if err != nil {
		return nil, err
	}
	defer in.Close()
	return io.ReadAll(io.LimitReader(in, most+1))
}
