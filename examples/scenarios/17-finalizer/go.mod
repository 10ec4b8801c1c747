module example.com/scenarios/shards

go 1.23
