package main

// writeFigures are what writing costs.
var writeFigures []figure
