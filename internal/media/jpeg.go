package media

import "encoding/binary"

// What stands in a JPEG, by the second byte of its markers.
const (
	markerStart       = 0xd8
	markerEnd         = 0xd9
	markerScan        = 0xda
	markerProgressive = 0xc2
	markerApp1        = 0xe1
)

// jpegSurvey is what the segments of a JPEG tell.
type jpegSurvey struct {
	scans       int
	progressive bool
	exif        []byte // the first one, without its own header
}

// survey walks over the segments of a JPEG as a decoder would, without decoding.
func survey(data []byte) jpegSurvey {
	var s jpegSurvey
	for at := 2; at+4 <= len(data); {
		if data[at] != 0xff { // pixels, and what decoders pass over
			at++
			continue
		}
		marker := data[at+1]
		switch {
		case marker == 0xff:
			at++
			continue
		case marker == 0 || marker >= 0xd0 && marker <= markerStart:
			at += 2
			continue
		case marker == markerEnd:
			return s
		}
		length := int(binary.BigEndian.Uint16(data[at+2:]))
		s.segment(marker, data[at+4:min(max(at+2+length, at+4), len(data))])
		at += 2 + max(length, 2)
	}
	return s
}

func (s *jpegSurvey) segment(marker byte, body []byte) {
	const exif = "Exif\x00\x00"
	switch {
	case marker == markerScan:
		s.scans++
	case marker == markerProgressive:
		s.progressive = true
	case marker == markerApp1 && s.exif == nil && len(body) > len(exif) && string(body[:len(exif)]) == exif:
		s.exif = body[len(exif):]
	}
}
