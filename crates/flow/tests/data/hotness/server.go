-- net/http/http.go --
package http

type ResponseWriter interface{ Write([]byte) (int, error) }
type Request struct{ Path string }
type Handler interface {
	ServeHTTP(ResponseWriter, *Request)
}
type HandlerFunc func(ResponseWriter, *Request)

func (f HandlerFunc) ServeHTTP(w ResponseWriter, r *Request) { f(w, r) }

func HandleFunc(path string, f func(ResponseWriter, *Request)) {}
func Handle(path string, h Handler)                            {}
-- context/context.go --
package context

type Context interface{ Err() error }
-- sync/sync.go --
package sync

type Once struct{}

func (o *Once) Do(f func()) {}
-- log/log.go --
package log

func Fatal(args ...any) {}
-- time/time.go --
package time

type Time struct{ n int64 }

func Tick(n int64) <-chan Time { return nil }
-- github.com/web/gin/gin.go --
package gin

type Context struct{}

func (c *Context) JSON(code int, v any) {}

type Engine struct{}

func (e *Engine) GET(path string, h ...func(*Context)) {}
-- github.com/queue/client/client.go --
package client

type Msg struct{ Data []byte }

func Subscribe(topic string, f func(*Msg)) {}
-- example.com/shop/pb/pb.go --
package pb

import "context"

type Request struct{ N int }
type Response struct{ N int }

type ShopServer interface {
	Buy(context.Context, *Request) (*Response, error)
}

type UnimplementedShopServer struct{}

func (UnimplementedShopServer) Buy(context.Context, *Request) (*Response, error) { return nil, nil }

type Registrar interface{ Register() }

func RegisterShopServer(r Registrar, s ShopServer) {}
-- example.com/shop/internal/orders/orders.go --
package orders

func at(n int) {}

type Store interface{ Get(n int) int }

type memory struct{}

func (m *memory) Get(n int) int {
	at(1)
	return n
}

func New() Store {
	at(2)
	return &memory{}
}

func Total(s Store, ids []int) (sum int) {
	at(3)
	for _, id := range ids {
		if id < 0 {
			at(4)
			return -1
		}
		at(5)
		sum += s.Get(id)
	}
	return sum
}

func unused() { at(6) }
-- example.com/shop/main.go --
package main

import (
	"context"
	"log"
	"sync"
	"time"

	"example.com/shop/internal/orders"
	"example.com/shop/pb"
	"github.com/queue/client"
	"github.com/web/gin"
	"net/http"
)

func at(n int) {}

var table = build()

func build() map[string]int {
	at(10)
	m := map[string]int{}
	for range 10 {
		at(11)
	}
	return m
}

var once sync.Once

func list(w http.ResponseWriter, r *http.Request) {
	at(12)
	once.Do(func() { at(13) })
	orders.Total(nil, nil)
	for range 3 {
		at(14)
		render()
	}
	defer func() { at(15) }()
	if r == nil {
		at(16)
		panic("no request")
	}
}

func render() { at(17) }

type page struct{}

func (p page) ServeHTTP(w http.ResponseWriter, r *http.Request) { at(18) }

type service struct{ pb.UnimplementedShopServer }

func (s *service) Buy(ctx context.Context, r *pb.Request) (*pb.Response, error) {
	at(19)
	return nil, nil
}

type other struct{}

func (o *other) Buy(ctx context.Context, r *pb.Request) (*pb.Response, error) {
	at(20)
	return nil, nil
}

func show(c *gin.Context) {
	at(21)
	c.JSON(200, nil)
}

func worker(jobs chan int, done chan struct{}) {
	at(22)
	for {
		select {
		case job := <-jobs:
			at(23)
			handle(job)
		case <-done:
			at(24)
			return
		}
	}
}

func handle(n int) { at(25) }

func poll() {
	for {
		at(26)
		fetch()
	}
}

func fetch() { at(27) }

func sweep() {
	for {
		<-time.Tick(1)
		at(28)
	}
}

func logged(next http.Handler) http.Handler {
	at(29)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		at(30)
		for range 2 {
			at(31)
		}
	})
}

func fail() {
	at(32)
	log.Fatal("no")
}

func main() {
	at(33)
	http.HandleFunc("/", list)
	http.Handle("/page", logged(page{}))
	pb.RegisterShopServer(nil, &service{})
	pb.RegisterShopServer(nil, &other{})
	new(gin.Engine).GET("/show", show)
	orders.New()
	client.Subscribe("sold", func(m *client.Msg) { at(34) })
	go worker(make(chan int), nil)
	go poll()
	go sweep()
	for range 4 {
		at(35)
		start()
	}
	results := make(chan int)
	for r := range results {
		at(36)
		_ = r
	}
	callback := func() { at(37) }
	callback()
	if table == nil {
		at(38)
		fail()
	}
	go func() {
		at(39)
		for {
			at(40)
		}
	}()
}

func start() { at(41) }
