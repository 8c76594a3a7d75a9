package app

import (
	"context"
	"fmt"
	"io"

	"liangcheng/app/config"
	"liangcheng/app/portal"
)

// Greet prints the one-time links by which people first come in: into the fictional
// accounts in demo mode, else that of the first administrator while there is none.
func (a *App) Greet(ctx context.Context, out io.Writer) error {
	if a.Config.Mode == config.ModeDemo {
		links, err := a.Services.Accounts.DemoLinks(ctx, portal.System)
		if err != nil {
			return fmt.Errorf("app.Greet: %w", err)
		}
		fmt.Fprintln(out, "演示账号的一次性登录链接 one-time sign-in links of fictional accounts:")
		for _, l := range links {
			fmt.Fprintf(out, "  %s\t%s%s\n", l.Name, a.Config.BaseURL, l.Path)
		}
		return nil
	}
	path, err := a.Services.Accounts.FirstRun(ctx, portal.System)
	if err != nil {
		return fmt.Errorf("app.Greet: %w", err)
	}
	if path != "" {
		fmt.Fprintf(out, "还没有管理员，请用一次性链接设立 no administrator yet, make one by this one-time link: %s%s\n", a.Config.BaseURL, path)
	}
	return nil
}
