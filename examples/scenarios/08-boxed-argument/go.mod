module example.com/scenarios/scores

go 1.23
