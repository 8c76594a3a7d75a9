package local

import "math"

// k1 is the saturation of BM25F (Robertson & Zaragoza 2009).
const k1 = 1.2

// window is how many documents are scored at a time: few enough for their sums to stay
// in the processor's cache.
const window = 1 << 14

// sums adds up the scores of a window. All is zero while nobody borrows it.
type sums struct {
	total, part []float64
	met, has    bitmap // documents in total and in part
}

// borrow takes sums; who borrows them puts them back zeroed, or not at all.
func (ix *index) borrow() *sums {
	if s, ok := ix.sums.Get().(*sums); ok {
		return s
	}
	return &sums{make([]float64, window), make([]float64, window), newBitmap(window), newBitmap(window)}
}

// scorer scores the documents of one list, window by window.
type scorer struct {
	walker
	idf   float64
	worth float64 // what the score is multiplied by
}

func (ix *index) scorer(list *postings, worth float64) scorer {
	return scorer{walker{list: list}, ix.idf(list), worth}
}

// score adds the worth × BM25F of the documents of the set in the window that begins at
// from to their sums, and puts them into has; both count from the beginning of the
// window.
func (ix *index) score(s *scorer, from uint32, set bitmap, sums []float64, has bitmap) {
	for ps := s.until(from + window); len(ps) > 0; ps = s.until(from + window) {
		for i := 0; i < len(ps); {
			doc, first := ps[i].doc, i
			for i++; i < len(ps) && ps[i].doc == doc; i++ {
			}
			if set.has(doc) {
				at := doc - from
				sums[at] += s.worth * ix.saturated(s.idf, ps[first:i])
				has[at/64] |= 1 << (at % 64)
			}
		}
	}
}

// saturated is the BM25F score of a term in a document by its postings there: simple
// BM25F adds the weighted, length-normalised frequencies of the fields before saturation.
func (ix *index) saturated(idf float64, ps []posting) float64 {
	tf := 0.0
	for _, p := range ps {
		f := &ix.words[p.field]
		tf += f.weight * float64(p.tf) / f.norm(p.doc)
	}
	return idf * tf / (k1 + tf)
}

// norm is 1 for a field of average length, more for a longer one.
func (f *field) norm(doc uint32) float64 {
	if f.average == 0 {
		return 1
	}
	return 1 - f.b + f.b*float64(f.length.at(doc))/f.average
}

// idf is the weight of a term by its rarity, never negative.
func (ix *index) idf(list *postings) float64 {
	if list == nil {
		return 0
	}
	// Postings of dead documents stay until the index is compacted.
	df := float64(list.docs)
	n := max(float64(ix.live), df)
	return math.Log(1 + (n-df+.5)/(df+.5))
}
