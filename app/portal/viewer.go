package portal

// Viewer is whoever asks. Every service method takes one; the zero value is a visitor
// without an account, who sees what is public.
type Viewer struct {
	system bool
}

// Visitor is anyone without an account.
var Visitor = Viewer{}

// System acts for the program itself: seeds, imports, the index tail.
var System = Viewer{system: true}

// IsSystem reports whether the program itself is asking.
func (v Viewer) IsSystem() bool { return v.system }
