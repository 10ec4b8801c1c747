module example.com/scenarios/dedup

go 1.23
