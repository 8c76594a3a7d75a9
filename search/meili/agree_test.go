package meili

import (
	"testing"

	"liangcheng/search"
	"liangcheng/search/local"
	"liangcheng/search/searchtest"
)

// TestAgainstLocal compares what the two engines find first, on a real server.
func TestAgainstLocal(t *testing.T) {
	searchtest.Agree(t, .7,
		func(t *testing.T, schemas ...search.Schema) search.Engine { return onServer(t, nil, schemas...) },
		func(_ *testing.T, schemas ...search.Schema) search.Engine { return local.New(schemas...) })
}
