package store

import (
	"fmt"
	"reflect"
	"time"
	"unicode/utf8"
)

// plain turns the value of a declared field into the one Go type of its kind: string,
// int64, bool or time.Time. A nil pointer, nil or a zero time is unknown. Bytes that are
// no UTF-8 are replaced as encoding/json replaces them in the body.
func plain(v any, k Kind) (any, error) {
	if v == nil {
		return nil, nil
	}
	if t, ok := v.(time.Time); ok {
		if k != Time {
			return nil, fmt.Errorf("time value in a field of kind %d", k)
		}
		if t.IsZero() {
			return nil, nil
		}
		return t.UTC().Truncate(time.Millisecond), nil
	}
	rv := reflect.ValueOf(v)
	if rv.Kind() == reflect.Pointer {
		if rv.IsNil() {
			return nil, nil
		}
		return plain(rv.Elem().Interface(), k)
	}
	switch {
	case k == Text && rv.Kind() == reflect.String:
		if s := rv.String(); !utf8.ValidString(s) {
			return string([]rune(s)), nil
		}
		return rv.String(), nil
	case k == Int && rv.CanInt():
		return rv.Int(), nil
	case k == Bool && rv.Kind() == reflect.Bool:
		return rv.Bool(), nil
	}
	return nil, fmt.Errorf("%T value in a field of kind %d", v, k)
}
