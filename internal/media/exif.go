package media

import "encoding/binary"

// turn is the orientation of EXIF: 1 is upright, 2 to 8 are turned and mirrored.
type turn int

const upright turn = 1

// sideways tells the turns in which width and height are exchanged.
func (t turn) sideways() bool { return t >= 5 }

// source is where a part of the upright picture, given in parts of 1, stands in
// the picture as it is stored.
func (t turn) source(c Crop) Crop {
	right, bottom := 1-c.Left-c.Width, 1-c.Top-c.Height
	switch t {
	case upright:
	case 2:
		return Crop{right, c.Top, c.Width, c.Height}
	case 3:
		return Crop{right, bottom, c.Width, c.Height}
	case 4:
		return Crop{c.Left, bottom, c.Width, c.Height}
	case 5:
		return Crop{c.Top, c.Left, c.Height, c.Width}
	case 6:
		return Crop{c.Top, right, c.Height, c.Width}
	case 7:
		return Crop{bottom, right, c.Height, c.Width}
	case 8:
		return Crop{bottom, c.Left, c.Height, c.Width}
	}
	return c
}

// orientation is how the camera was held, as far as the file says it.
func orientation(k kind, data []byte) turn {
	var t turn
	switch k.name {
	case ofJPEG.name:
		t = turnOf(survey(data).exif)
	case ofPNG.name:
		t = turnOf(pngChunk(data, "eXIf"))
	case ofWebP.name:
		t = turnOf(webpChunk(data, "EXIF"))
	}
	if t < upright || t > 8 {
		return upright
	}
	return t
}

// turnOf finds the orientation in the first directory of a TIFF header; 0 for none.
func turnOf(tiff []byte) turn {
	const tag, short = 0x0112, 3
	if len(tiff) > 6 && string(tiff[:6]) == "Exif\x00\x00" { // as some write it into WebP
		tiff = tiff[6:]
	}
	if len(tiff) < 8 {
		return 0
	}
	var order binary.ByteOrder = binary.BigEndian
	switch string(tiff[:4]) {
	case "II*\x00":
		order = binary.LittleEndian
	case "MM\x00*":
	default:
		return 0
	}
	at := int64(order.Uint32(tiff[4:]))
	if at+2 > int64(len(tiff)) {
		return 0
	}
	entries := int64(order.Uint16(tiff[at:]))
	for i := range entries {
		e := at + 2 + 12*i
		if e+12 > int64(len(tiff)) {
			return 0
		}
		if order.Uint16(tiff[e:]) == tag && order.Uint16(tiff[e+2:]) == short {
			return turn(order.Uint16(tiff[e+8:]))
		}
	}
	return 0
}

// pngChunk is the data of the first chunk of a type, or nil.
func pngChunk(data []byte, name string) []byte {
	for at := 8; at+12 <= len(data); {
		length := int(binary.BigEndian.Uint32(data[at:]))
		if length < 0 || length > len(data)-at-12 {
			return nil
		}
		if string(data[at+4:at+8]) == name {
			return data[at+8 : at+8+length]
		}
		at += 12 + length
	}
	return nil
}

// webpChunk is the data of the first chunk of a type, or nil.
func webpChunk(data []byte, name string) []byte {
	for at := 12; at+8 <= len(data); {
		length := int(binary.LittleEndian.Uint32(data[at+4:]))
		if length < 0 || length > len(data)-at-8 {
			return nil
		}
		if string(data[at:at+4]) == name {
			return data[at+8 : at+8+length]
		}
		at += 8 + length + length%2
	}
	return nil
}
