package local

// Columns grow by chunks of so many documents: growing copies one chunk at most, so
// that no write holds the lock for as long as a copy of everything would take.
const (
	chunkBits = 12
	chunkSize = 1 << chunkBits
)

// column holds one value for each document.
type column[T any] struct {
	chunks [][]T
	n      int
}

func (c *column[T]) add(v T) {
	if c.n%chunkSize == 0 {
		c.chunks = append(c.chunks, nil)
	}
	last := &c.chunks[len(c.chunks)-1]
	if *last == nil && c.n > 0 {
		*last = make([]T, 0, chunkSize)
	}
	*last = append(*last, v)
	c.n++
}

func (c *column[T]) at(n uint32) T { return c.chunks[n>>chunkBits][n%chunkSize] }

// rows holds any number of values for each document.
type rows[T any] struct {
	chunks []rowChunk[T]
	n      int
}

// rowChunk packs the rows of one chunk; row i ends at end[i], where the next begins.
type rowChunk[T any] struct {
	end    []uint32
	packed []T
}

func (r *rows[T]) add(row []T) {
	if r.n%chunkSize == 0 {
		if last := len(r.chunks) - 1; last >= 0 {
			r.chunks[last].packed = append([]T{}, r.chunks[last].packed...) // without the slack
		}
		r.chunks = append(r.chunks, rowChunk[T]{})
	}
	last := &r.chunks[len(r.chunks)-1]
	last.packed = append(last.packed, row...)
	last.end = append(last.end, uint32(len(last.packed)))
	r.n++
}

// at returns the row of a document, to read only.
func (r *rows[T]) at(n uint32) []T {
	c, i := &r.chunks[n>>chunkBits], n%chunkSize
	if i == 0 {
		return c.packed[:c.end[0]]
	}
	return c.packed[c.end[i-1]:c.end[i]]
}
