package document

import (
	"bytes"
	"fmt"
	"image"
	"image/color"
	_ "image/jpeg" // to know the size of one
	"image/png"
)

// Picture adds a PNG or JPEG, as wide as that part of the text, with a text for those who
// do not see it.
func (d *Document) Picture(data []byte, percent int, alternative string) error {
	config, kind, err := image.DecodeConfig(bytes.NewReader(data))
	if err != nil {
		return fmt.Errorf("document.Picture(%s): %w", alternative, err)
	}
	width := textWidth * twip * min(max(percent, 1), 100) / 100
	d.pictures = append(d.pictures, picture{data, kind})
	fmt.Fprintf(&d.body, `<w:p><w:pPr><w:pStyle w:val="BodyText"/><w:ind w:firstLine="0"/></w:pPr>%s</w:p>`,
		drawing(len(d.pictures), width, width*config.Height/max(config.Width, 1), alternative))
	return nil
}

// drawing places a picture in a line of text; sizes are in English metric units.
func drawing(number, width, height int, alternative string) string {
	return fmt.Sprintf(`<w:r><w:drawing><wp:inline distT="0" distB="0" distL="0" distR="0"><wp:extent cx="%[2]d" cy="%[3]d"/><wp:docPr id="%[1]d" name="picture %[1]d" descr="%[4]s"/>`+
		`<a:graphic><a:graphicData uri="http://schemas.openxmlformats.org/drawingml/2006/picture"><pic:pic><pic:nvPicPr><pic:cNvPr id="%[1]d" name="picture %[1]d"/><pic:cNvPicPr/></pic:nvPicPr>`+
		`<pic:blipFill><a:blip r:embed="picture%[1]d"/><a:stretch><a:fillRect/></a:stretch></pic:blipFill>`+
		`<pic:spPr><a:xfrm><a:off x="0" y="0"/><a:ext cx="%[2]d" cy="%[3]d"/></a:xfrm><a:prstGeom prst="rect"><a:avLst/></a:prstGeom></pic:spPr></pic:pic></a:graphicData></a:graphic></wp:inline></w:drawing></w:r>`,
		number, width, height, escaped(alternative))
}

// brand is the colour of bars, that of the site.
var brand = color.RGBA{R: 0x0b, G: 0x5b, B: 0x57, A: 0xff}

// bar draws a bar in a line of a table: one dot of colour, drawn out to its length. The
// number beside it says the same.
func (d *Document) bar(width, height int) string {
	dot := image.NewRGBA(image.Rect(0, 0, 1, 1))
	dot.Set(0, 0, brand)
	var data bytes.Buffer
	_ = png.Encode(&data, dot) // a Buffer never fails
	d.pictures = append(d.pictures, picture{data.Bytes(), "png"})
	return drawing(len(d.pictures), max(width, 1), height, "")
}
