package main

import (
	"fmt"
	"io"
	"strings"

	"liangcheng/app/service"
)

// barWidth is the width of a progress bar in characters.
const barWidth = 30

// bar draws how far a long work has come, one line a collection or index; the caller
// ends the last line.
func bar(out io.Writer) service.Progress {
	var last string
	return func(name string, done, total int64) {
		if last != "" && last != name {
			fmt.Fprintln(out)
		}
		last = name
		filled := barWidth
		if total > 0 {
			filled = int(done * barWidth / total)
		}
		fmt.Fprintf(out, "\r%-14s [%s%s] %d/%d", name, strings.Repeat("=", filled), strings.Repeat(" ", barWidth-filled), done, total)
	}
}
