package apptest

import (
	"net"
	"sync"
	"testing"
)

// faults is a TCP proxy before a server that can be made to fail.
type faults struct {
	t        *testing.T
	listener net.Listener
	target   string

	mu    sync.Mutex
	mood  mood
	moved *sync.Cond // the mood has changed
	open  map[net.Conn]bool
}

// mood is what the proxy does with connections.
type mood int

const (
	passing  mood = iota // bytes go through
	refusing             // connections are closed at once, open ones too
	hanging              // bytes wait until the mood changes
)

// newFaults stands before a server until the test ends.
func newFaults(t *testing.T, target string) *faults {
	t.Helper()
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	f := &faults{t: t, listener: ln, target: target, open: map[net.Conn]bool{}}
	f.moved = sync.NewCond(&f.mu)
	go f.serve()
	t.Cleanup(func() {
		ln.Close()
		f.set(refusing)
	})
	return f
}

// addr is where clients connect.
func (f *faults) addr() string { return f.listener.Addr().String() }

func (f *faults) set(m mood) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.mood = m
	f.moved.Broadcast()
	if m == refusing {
		for c := range f.open {
			c.Close()
		}
	}
}

func (f *faults) serve() {
	for {
		client, err := f.listener.Accept()
		if err != nil {
			return
		}
		go f.join(client)
	}
}

func (f *faults) join(client net.Conn) {
	defer client.Close()
	if !f.keep(client) {
		return
	}
	defer f.forget(client)
	server, err := net.Dial("tcp", f.target)
	if err != nil {
		return
	}
	defer server.Close()
	if !f.keep(server) {
		return
	}
	defer f.forget(server)
	var both sync.WaitGroup
	both.Go(func() { f.copy(server, client) })
	both.Go(func() { f.copy(client, server) })
	both.Wait()
}

func (f *faults) keep(c net.Conn) bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.open[c] = true
	return f.mood != refusing
}

func (f *faults) forget(c net.Conn) {
	f.mu.Lock()
	defer f.mu.Unlock()
	delete(f.open, c)
}

// copy hands bytes on while the mood lets it.
func (f *faults) copy(to, from net.Conn) {
	defer to.Close()
	defer from.Close()
	part := make([]byte, 32<<10)
	for {
		n, err := from.Read(part)
		f.mu.Lock()
		for f.mood == hanging {
			f.moved.Wait()
		}
		f.mu.Unlock()
		if n > 0 {
			if _, err := to.Write(part[:n]); err != nil {
				return
			}
		}
		if err != nil {
			return
		}
	}
}
