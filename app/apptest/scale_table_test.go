//go:build scale

package apptest

import (
	"fmt"
	"io/fs"
	"math"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"text/tabwriter"
)

const megabyte = 1 << 20

// heapMB is what is reachable.
func heapMB() float64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return float64(m.HeapAlloc) / megabyte
}

// residentMB is VmRSS of this process, unknown where there is no /proc.
func residentMB() float64 {
	status, err := os.ReadFile("/proc/self/status")
	if err != nil {
		return math.NaN()
	}
	_, rest, _ := strings.Cut(string(status), "VmRSS:")
	kb, err := strconv.ParseFloat(strings.TrimSpace(strings.SplitN(rest, "kB", 2)[0]), 64)
	if err != nil {
		return math.NaN()
	}
	return kb / 1024
}

func folderMB(dir string) float64 {
	total := int64(0)
	_ = filepath.WalkDir(dir, func(_ string, d fs.DirEntry, err error) error { // what cannot be read does not count
		if err == nil && !d.IsDir() {
			if info, err := d.Info(); err == nil {
				total += info.Size()
			}
		}
		return nil
	})
	return float64(total) / megabyte
}

// tableOf prints a column a size, and what each value grew by from the first to the last.
func tableOf(columns []*scale) string {
	var out strings.Builder
	w := tabwriter.NewWriter(&out, 0, 0, 2, ' ', tabwriter.AlignRight)
	head := columns[0].pair
	for _, c := range columns {
		head += fmt.Sprintf("\t%d %s", c.size, c.of)
	}
	fmt.Fprintln(w, head+"\tgrowth\t")
	last := columns[len(columns)-1]
	for i, row := range columns[0].rows {
		line := row.name
		for _, c := range columns {
			line += "\t" + figures(c.rows[i].values)
		}
		growth := make([]float64, len(row.values))
		for k, v := range row.values {
			growth[k] = last.rows[i].values[k] / v
		}
		fmt.Fprintln(w, line+"\t"+figures(growth)+"\t")
	}
	w.Flush()
	return out.String()
}

// cell prints values with three digits.
func figures(values []float64) string {
	parts := make([]string, len(values))
	for i, v := range values {
		switch {
		case math.IsNaN(v):
			parts[i] = "-"
		case v >= 100:
			parts[i] = fmt.Sprintf("%.0f", v)
		default:
			parts[i] = fmt.Sprintf("%.3g", v)
		}
	}
	return strings.Join(parts, " / ")
}
