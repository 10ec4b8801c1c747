module example.com/scenarios/stream

go 1.23
