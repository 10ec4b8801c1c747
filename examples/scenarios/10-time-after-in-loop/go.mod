module example.com/scenarios/batch

go 1.23
