package meili

import (
	"context"
	"fmt"
	"slices"

	"github.com/meilisearch/meilisearch-go"
)

// The oldest server the engine works with: the first that ranks by attributeRank.
const (
	oldestMajor = 1
	oldestMinor = 36
)

// setup prepares the indexes once: their uids, and what is missing of them on the server.
// Callers at the same time wait for the one that does it.
func (e *Engine) setup(ctx context.Context) error {
	if e.ready.Load() {
		return nil
	}
	select {
	case e.settingUp <- struct{}{}:
		defer func() { <-e.settingUp }()
	case <-ctx.Done():
		return ctx.Err()
	}
	if e.ready.Load() {
		return nil
	}
	server, err := e.version(ctx)
	if err != nil {
		return err
	}
	for _, ix := range e.order {
		ix.uid = e.prefix + ix.schema.Name + "_" + ix.hash(server)
		if err := e.ensure(ctx, ix); err != nil {
			return fmt.Errorf("index %s: %w", ix.uid, fault(ctx, err))
		}
	}
	e.ready.Store(true)
	e.log.Info("search server ready", "version", server, "indexes", len(e.order))
	return nil
}

// version returns the major and minor version of the server.
func (e *Engine) version(ctx context.Context) (string, error) {
	v, err := e.server.Version(ctx)
	if err != nil {
		return "", err
	}
	var major, minor int
	if _, err := fmt.Sscanf(v.PkgVersion, "%d.%d", &major, &minor); err != nil {
		return "", fmt.Errorf("%w: version %q", errMalformed, v.PkgVersion)
	}
	if major < oldestMajor || major == oldestMajor && minor < oldestMinor {
		return "", fmt.Errorf("%w: found %s, want %d.%d or later", ErrVersion, v.PkgVersion, oldestMajor, oldestMinor)
	}
	return fmt.Sprintf("%d.%d", major, minor), nil
}

// ensure makes the index if it is missing or was left half made.
func (e *Engine) ensure(ctx context.Context, ix *index) error {
	rules, err := e.server.Index(ix.uid).GetRankingRules(ctx)
	switch {
	case noIndex(err):
	case err != nil:
		return err
	case slices.Equal(*rules, rankingRules()):
		return nil
	}
	return e.create(ctx, ix.shape, ix.uid)
}

// create makes an empty index with its settings and waits for it. The ranking rules are
// set last: an index that has them is complete.
func (e *Engine) create(ctx context.Context, s *shape, uid string) error {
	at := e.server.Index(uid)
	filterable := s.filterable()
	var tasks tasks
	for _, step := range []func() (*meilisearch.TaskInfo, error){
		func() (*meilisearch.TaskInfo, error) {
			return e.server.CreateIndex(ctx, &meilisearch.IndexConfig{Uid: uid, PrimaryKey: idAttr})
		},
		func() (*meilisearch.TaskInfo, error) { return at.UpdateFacetSearch(ctx, false) },
		func() (*meilisearch.TaskInfo, error) { return at.UpdateFilterableAttributes(ctx, &filterable) },
		func() (*meilisearch.TaskInfo, error) { return at.UpdateSettings(ctx, s.settings()) },
	} {
		info, err := step()
		if err != nil {
			return err
		}
		tasks = append(tasks, info.TaskUID)
	}
	return e.wait(ctx, tasks)
}
