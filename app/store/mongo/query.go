package mongo

import (
	"regexp"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"

	"liangcheng/app/store"
)

// path is where a field stands in a document.
func path(field string) string {
	switch field {
	case store.FieldID:
		return keyID
	case store.FieldCreated:
		return keyCreated
	case store.FieldChanged:
		return keyChanged
	}
	return keyFields + "." + field
}

// live is the condition every query begins with, as every index does.
func live() bson.D { return bson.D{{Key: keyDeleted, Value: false}} }

// filter writes conditions as a filter for live documents. Values are plain types, never
// documents, so that none can be read as an operator.
func filter(spec store.Spec, conds []store.Cond) (bson.D, error) {
	conds, err := spec.Plain(conds)
	if err != nil {
		return nil, err
	}
	all := live()
	for _, c := range conds {
		all = append(all, bson.E{Key: "$and", Value: bson.A{bson.D{condition(c)}}})
	}
	return merged(all), nil
}

// merged joins the conditions under one $and: a field may be named by several.
func merged(conds bson.D) bson.D {
	out := bson.D{conds[0]}
	var and bson.A
	for _, c := range conds[1:] {
		and = append(and, c.Value.(bson.A)...)
	}
	if len(and) > 0 {
		out = append(out, bson.E{Key: "$and", Value: and})
	}
	return out
}

func condition(c store.Cond) bson.E {
	at := path(c.Field)
	switch c.Op {
	case store.Eq:
		return bson.E{Key: at, Value: op("$eq", c.Values[0])}
	case store.In:
		return bson.E{Key: at, Value: op("$in", bson.A(c.Values))}
	case store.Range:
		return between(at, c.Values[0], c.Values[1])
	case store.Prefix:
		return beginning(at, c.Values[0].(string))
	}
	return known(at)
}

// beginning is a range of the index, or a pattern where no text lies behind the prefix.
func beginning(at, prefix string) bson.E {
	end := store.PrefixEnd(prefix)
	if end == nil && prefix != "" {
		return bson.E{Key: at, Value: bson.Regex{Pattern: "^" + regexp.QuoteMeta(prefix)}}
	}
	return between(at, prefix, end)
}

// between compares within the type of the bounds: null is in no range.
func between(at string, low, high any) bson.E {
	var bounds bson.D
	if low != nil {
		bounds = append(bounds, bson.E{Key: "$gte", Value: low})
	}
	if high != nil {
		bounds = append(bounds, bson.E{Key: "$lt", Value: high})
	}
	if len(bounds) == 0 {
		return known(at)
	}
	return bson.E{Key: at, Value: bounds}
}

func known(at string) bson.E { return bson.E{Key: at, Value: op("$ne", nil)} }

func op(name string, value any) bson.D { return bson.D{{Key: name, Value: value}} }

// order sorts by a path and breaks ties by id, in one direction.
func order(at string, desc bool) bson.D {
	direction := 1
	if desc {
		direction = -1
	}
	by := bson.D{{Key: at, Value: direction}}
	if at != keyID {
		by = append(by, bson.E{Key: keyID, Value: direction})
	}
	return by
}

// value turns what the server returned for a field into the plain type of its kind.
func value(v any, kind store.Kind) any {
	switch v := v.(type) {
	case int32:
		return int64(v)
	case float64:
		return int64(v)
	case bson.DateTime:
		return v.Time().UTC()
	case time.Time:
		return v.UTC()
	}
	return v
}
