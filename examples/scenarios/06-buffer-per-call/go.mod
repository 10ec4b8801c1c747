module example.com/scenarios/event

go 1.23
