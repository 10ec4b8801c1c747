module example.com/scenarios/archive

go 1.23
