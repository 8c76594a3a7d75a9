package views

import (
	"embed"
	"encoding/json"
	"fmt"
	"io/fs"
	"strconv"
	"strings"
)

//go:embed locale/*.json
var localeFiles embed.FS

// Languages of the site; the first is the one without a prefix in addresses.
var Languages = [...]string{"zh-CN", "en"}

// catalogue holds the words of the site by language and key.
type catalogue struct {
	words map[string]map[string]string
}

func loadCatalogue() (*catalogue, error) {
	c := &catalogue{words: map[string]map[string]string{}}
	for _, lang := range Languages {
		files, err := fs.Glob(localeFiles, "locale/*"+lang+".json")
		if err != nil {
			return nil, err
		}
		c.words[lang] = map[string]string{}
		for _, file := range files {
			if err := c.read(lang, file); err != nil {
				return nil, fmt.Errorf("%s: %w", file, err)
			}
		}
	}
	return c, nil
}

// read adds the words of a file; a key has words in one file only.
func (c *catalogue) read(lang, file string) error {
	body, err := localeFiles.ReadFile(file)
	if err != nil {
		return err
	}
	words := map[string]string{}
	if err := json.Unmarshal(body, &words); err != nil {
		return err
	}
	for key, text := range words {
		if _, twice := c.words[lang][key]; twice {
			return fmt.Errorf("%s has words already", key)
		}
		c.words[lang][key] = text
	}
	return nil
}

// say fills {0}, {1} … with the arguments. For one thing English uses key+".one" where
// it is there. An unknown key shows itself, which the tests refuse.
func (c *catalogue) say(lang, key string, args ...any) string {
	words := c.words[lang]
	text, ok := words[key]
	if len(args) > 0 && fmt.Sprint(args[0]) == "1" {
		if one, there := words[key+".one"]; there {
			text, ok = one, true
		}
	}
	if !ok {
		return key
	}
	for i, arg := range args {
		text = strings.ReplaceAll(text, "{"+strconv.Itoa(i)+"}", fmt.Sprint(arg))
	}
	return text
}

// Has reports whether a key has words of its own.
func (e *Engine) Has(lang, key string) bool {
	_, ok := e.words.words[lang][key]
	return ok
}
