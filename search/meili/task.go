package meili

import (
	"context"
	"fmt"
	"time"

	"github.com/meilisearch/meilisearch-go"

	"liangcheng/search"
)

// tasks are accepted changes in the order the server carries them out.
type tasks []int64

// The pauses between two questions after a task, from the first to the longest.
const (
	firstPause   = 2 * time.Millisecond
	longestPause = 500 * time.Millisecond
)

// codeIndexExists is the server's code for an index made twice.
const codeIndexExists = meilisearch.APIErrCodeIndexAlreadyExists

// wait returns when all of the tasks are done, or with the first failure.
func (e *Engine) wait(ctx context.Context, all tasks) error {
	for _, uid := range all {
		if err := e.waitFor(ctx, uid); err != nil {
			return err
		}
	}
	return nil
}

func (e *Engine) waitFor(ctx context.Context, uid int64) error {
	for pause := firstPause; ; pause = min(pause*3/2, longestPause) {
		task, err := e.server.GetTask(ctx, uid)
		if err != nil {
			return err
		}
		switch task.Status {
		case meilisearch.TaskStatusSucceeded:
			return nil
		case meilisearch.TaskStatusFailed, meilisearch.TaskStatusCanceled:
			return taskError(uid, task)
		}
		timer := time.NewTimer(pause)
		select {
		case <-timer.C:
		case <-ctx.Done():
			timer.Stop()
			return ctx.Err()
		}
	}
}

// taskFailure is a change the server accepted and then did not make.
type taskFailure struct {
	uid     int64
	status  meilisearch.TaskStatus
	code    meilisearch.APIErrCode
	message string
}

func (f taskFailure) Error() string {
	return fmt.Sprintf("task %d %s: %s: %s", f.uid, f.status, f.code, f.message)
}

// Is tells an index that is gone.
func (f taskFailure) Is(target error) bool {
	return f.code == codeNoIndex && (target == search.ErrDown || target == search.ErrLost)
}

// taskError is nil for an index that somebody else made first.
func taskError(uid int64, task *meilisearch.Task) error {
	if task.Error.Code == codeIndexExists {
		return nil
	}
	return taskFailure{uid, task.Status, task.Error.Code, task.Error.Message}
}

// pending is an accepted batch.
type pending struct {
	engine *Engine
	index  string
	tasks  tasks
}

func (p pending) Wait(ctx context.Context) error {
	if err := fault(ctx, p.engine.wait(ctx, p.tasks)); err != nil {
		return fmt.Errorf("meili.Wait(%s): %w", p.index, running(err))
	}
	return nil
}
