module example.com/scenarios/fanout

go 1.23
