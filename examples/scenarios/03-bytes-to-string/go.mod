module example.com/scenarios/logstat

go 1.23
