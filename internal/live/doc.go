// Package live tells who watches a business that something of it has changed.
//
// A watcher learns that what it read before may be old, and the number of the
// business's last write (business_seq), by which it asks to go on after a break.
// It is told no more: what changed it reads itself, with its own rights.
//
// What is promised: whoever watches a business learns of each write that was
// committed, and of those since the number that it came with. Words of other
// processes make that quick; they may be lost. So the numbers of all watched
// businesses are read every few seconds, in one statement whoever watches, and
// are the truth. A watcher that is slow, or a burst of writes, costs one flag:
// several changes are told as one, the last of them never later than the others.
//
// It owns no table. A hub belongs to one process.
package live
