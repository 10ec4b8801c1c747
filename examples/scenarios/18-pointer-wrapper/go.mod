module example.com/scenarios/visits

go 1.23
