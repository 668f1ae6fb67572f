// Package media keeps the photos of a business: of the shop itself, of its staff
// and rooms, and of its menus.
//
// What is uploaded is never stored. It is looked at before it is decoded (what it
// is, how large it would be), decoded within bounds of memory and time, turned
// upright, cropped to the shape of its purpose and encoded anew in a few widths:
// nothing of the file but its pixels goes on, no place, no camera, no colour
// profile, and nothing that another program could read as something else.
//
// It owns the tables photo_files and photos, and the blobs. Invariants: a blob has
// a row of photo_files as long as it exists, written before it and deleted after
// it; a name is never given twice, so that what is served under it stays the same
// for ever and giving it up can harm nobody else; a photo's files exist. Files that
// no photo has shown for an hour are swept away.
package media
