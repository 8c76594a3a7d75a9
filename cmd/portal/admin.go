package main

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"liangcheng/app"
	"liangcheng/app/portal"
)

// admin makes an administrator, who chooses a password by the link that is printed.
func admin(ctx context.Context, c call) (err error) {
	if len(c.args) < 3 || c.args[0] != "create" {
		return errors.New("admin: want an address and a name, as: portal admin create zhang@example.cn 张三")
	}
	a, err := app.Open(ctx, c.config, c.log)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, a.Close()) }()
	path, err := a.Services.Accounts.Administrator(ctx, portal.System, c.args[1], strings.Join(c.args[2:], " "))
	if err != nil {
		return fmt.Errorf("admin create: %w", err)
	}
	fmt.Fprintf(c.out, "one-time link, open it to choose a password (within the hour):\n%s%s\n", c.config.BaseURL, path)
	return nil
}
