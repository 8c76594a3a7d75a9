package mongo

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"

	"liangcheng/app/store"
)

// Blobs are GridFS files. One is there when its entry among the files has its hash,
// which is written last.

const bucketName = "blobs"

// Keys of the collections of GridFS; the specification names them.
const (
	keyFileID = "files_id"
	keyChunk  = "n"
	keyMeta   = "metadata"
	keyHash   = "sha256"
)

func (e *Engine) bucket() *mongo.GridFSBucket {
	return e.db.GridFSBucket(options.GridFSBucket().SetName(bucketName))
}

// PutBlob stores bytes under a new id.
func (e *Engine) PutBlob(ctx context.Context, r io.Reader, limit int64) (store.Blob, error) {
	var b store.Blob
	err := e.bounded(ctx, bulkTimeout, func(ctx context.Context) (err error) {
		b, err = e.putBlob(ctx, r, limit)
		return err
	})
	if err != nil {
		return store.Blob{}, fmt.Errorf("mongo.PutBlob: %w", err)
	}
	return b, nil
}

func (e *Engine) putBlob(ctx context.Context, r io.Reader, limit int64) (store.Blob, error) {
	b := store.Blob{ID: rand.Text()}
	up, err := e.bucket().OpenUploadStreamWithID(ctx, b.ID, b.ID)
	if err != nil {
		return b, err
	}
	sum := sha256.New()
	b.Size, err = io.Copy(io.MultiWriter(up, sum), io.LimitReader(r, limit+1))
	if err == nil && b.Size > limit {
		err = fmt.Errorf("more than %d bytes: %w", limit, store.ErrTooLarge)
	}
	if err != nil {
		return b, errors.Join(err, up.Abort())
	}
	if err := up.Close(); err != nil {
		return b, errors.Join(err, up.Abort())
	}
	b.SHA256 = hex.EncodeToString(sum.Sum(nil))
	_, err = e.bucket().GetFilesCollection().UpdateByID(ctx, b.ID,
		bson.D{{Key: "$set", Value: bson.D{{Key: keyMeta, Value: bson.D{{Key: keyHash, Value: b.SHA256}}}}}})
	return b, err
}

// OpenBlob returns stored bytes for reading; ctx also bounds the reading.
func (e *Engine) OpenBlob(ctx context.Context, id string) (io.ReadCloser, store.Blob, error) {
	var file struct {
		Size int64 `bson:"length"`
		Meta struct {
			Hash string `bson:"sha256"`
		} `bson:"metadata"`
	}
	var down *mongo.GridFSDownloadStream
	err := e.bounded(ctx, callTimeout, func(inner context.Context) error {
		whole := bson.D{{Key: keyID, Value: id}, {Key: keyMeta + "." + keyHash, Value: op("$exists", true)}}
		err := e.bucket().GetFilesCollection().FindOne(inner, whole).Decode(&file)
		if err != nil {
			return err
		}
		down, err = e.bucket().OpenDownloadStream(ctx, id)
		return err
	})
	if errors.Is(err, mongo.ErrFileNotFound) {
		err = store.ErrNotFound
	}
	if err != nil {
		return nil, store.Blob{}, fmt.Errorf("mongo.OpenBlob(%s): %w", id, err)
	}
	return down, store.Blob{ID: id, Size: file.Size, SHA256: file.Meta.Hash}, nil
}

// DeleteBlob removes stored bytes.
func (e *Engine) DeleteBlob(ctx context.Context, id string) error {
	err := e.bounded(ctx, callTimeout, func(ctx context.Context) error { return e.bucket().Delete(ctx, id) })
	if errors.Is(err, mongo.ErrFileNotFound) {
		err = store.ErrNotFound
	}
	if err != nil {
		return fmt.Errorf("mongo.DeleteBlob(%s): %w", id, err)
	}
	return nil
}

// SweepBlobs removes what uploads that ended halfway before that time have left.
func (e *Engine) SweepBlobs(ctx context.Context, before time.Time) (n int64, err error) {
	err = e.bounded(ctx, openTimeout, func(ctx context.Context) error {
		n, err = e.sweepBlobs(ctx, before)
		return err
	})
	if err != nil {
		return n, fmt.Errorf("mongo.SweepBlobs: %w", err)
	}
	return n, nil
}

func (e *Engine) sweepBlobs(ctx context.Context, before time.Time) (n int64, err error) {
	chunks, files := e.bucket().GetChunksCollection(), e.bucket().GetFilesCollection()
	old := bson.D{{Key: keyChunk, Value: 0}, {Key: keyID, Value: op("$lt", bson.NewObjectIDFromTimestamp(before))}}
	cursor, err := chunks.Find(ctx, old, options.Find().SetProjection(bson.D{{Key: keyFileID, Value: 1}}))
	if err != nil {
		return 0, err
	}
	defer cursor.Close(ctx)
	for cursor.Next(ctx) {
		var chunk struct {
			File string `bson:"files_id"`
		}
		if err := cursor.Decode(&chunk); err != nil {
			return n, err
		}
		whole := bson.D{{Key: keyID, Value: chunk.File}, {Key: keyMeta + "." + keyHash, Value: op("$exists", true)}}
		found, err := files.CountDocuments(ctx, whole)
		if err != nil {
			return n, err
		}
		if found > 0 {
			continue
		}
		if _, err := files.DeleteOne(ctx, bson.D{{Key: keyID, Value: chunk.File}}); err != nil {
			return n, err
		}
		if _, err := chunks.DeleteMany(ctx, bson.D{{Key: keyFileID, Value: chunk.File}}); err != nil {
			return n, err
		}
		n++
	}
	return n, cursor.Err()
}
