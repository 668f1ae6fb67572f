package availability

// View is some of the frame's days as a frame of its own: days from Days[from]
// on. It shares the memory of the whole, costs next to nothing, and answers for
// its days as the whole does. Nothing may be added to a view.
func (f *Frame) View(from, days int) *Frame {
	begin, end := reach(f.Days[from].Date, f.Days[from+days-1].Date, f.Zone)
	shift := max(f.Floor(begin), 0) / wordBits * wordBits
	steps := f.Ceil(end) - shift
	steps = min((steps+wordBits-1)/wordBits*wordBits, f.Steps-shift)

	v := &Frame{Timeline: Timeline{Base: f.Base + int64(shift), Steps: steps}, Zone: f.Zone, Fairness: f.Fairness, limits: f.limits, whole: f, shift: shift}
	if f.whole != nil {
		v.whole, v.shift = f.whole, f.shift+shift
	}
	cut := func(b Bits) Bits {
		if b == nil {
			return nil
		}
		return b[shift/wordBits : (shift+steps+wordBits-1)/wordBits]
	}
	v.Open, v.Grid, v.everything = cut(f.Open), cut(f.Grid), cut(f.everything)
	if len(f.Starts) > 0 {
		v.Starts = make([]Bits, len(f.Starts))
		for i, b := range f.Starts {
			v.Starts[i] = cut(b)
		}
	}
	v.Days = viewDays(f.Days[from:from+days], shift)
	v.Resources = make([]Resource, len(f.Resources))
	for i, r := range f.Resources {
		r.Work = cut(r.Work)
		busy := make([]Bits, len(r.Busy))
		for u, b := range r.Busy {
			busy[u] = cut(b)
		}
		r.Busy = busy
		if r.Load != nil {
			r.Load = r.Load[from : from+days]
		}
		v.Resources[i] = r
	}
	for _, o := range f.offsets {
		if o.to > shift && o.from < shift+steps {
			o.from, o.to = max(o.from-shift, 0), min(o.to-shift, steps)
			v.offsets = append(v.offsets, o)
		}
	}
	return v
}

func viewDays(days []Day, shift int) []Day {
	out := make([]Day, len(days))
	n := 0
	for _, d := range days {
		n += len(d.starts)
	}
	spans := make([]Span, 0, n)
	for i, d := range days {
		mark := len(spans)
		for _, s := range d.starts {
			spans = append(spans, Span{s.From - shift, s.To - shift})
		}
		d.starts = spans[mark:len(spans):len(spans)]
		if d.Open {
			d.From, d.To = d.From-shift, d.To-shift
		}
		out[i] = d
	}
	return out
}
