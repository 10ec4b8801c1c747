// Command orders serves the intake and prints what comes in.
package main

import (
	"flag"
	"fmt"
	"log"
	"net/http"
	"os"
	"time"

	"example.com/orders"
	"example.com/orders/feed"
	"example.com/orders/intake"
	"example.com/orders/report"
)

func main() {
	addr := flag.String("addr", "localhost:8080", "where to listen")
	load := flag.String("load", "", "a partner's feed to report on, instead of serving")
	flag.Parse()
	if *load != "" {
		if err := summarize(*load); err != nil {
			log.Fatal(err)
		}
		return
	}
	s := intake.NewServer(64)
	go s.Work(
		func(o *orders.Order) { fmt.Println(o.ID, o.Total()) },
		func() { log.Print("nothing to do") },
		time.Minute,
	)
	log.Fatal(http.ListenAndServe(*addr, s))
}

func summarize(path string) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	defer f.Close()
	all, err := feed.Read(f)
	if err != nil {
		return err
	}
	return report.Write(os.Stdout, all)
}
