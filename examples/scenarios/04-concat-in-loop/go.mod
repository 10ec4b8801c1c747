module example.com/scenarios/export

go 1.23
