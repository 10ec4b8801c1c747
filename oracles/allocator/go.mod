module unheap/oracles/allocator

go 1.23
