package match

import (
	"math/rand/v2"
	"testing"
)

// checkTimetable reports what is wrong with a timetable.
func checkTimetable(t *testing.T, ties []Tie, slots []Slot, rounds, tables int) {
	t.Helper()
	type place struct{ side, party, round int }
	met, seated := map[place]bool{}, map[Slot]bool{}
	for i, s := range slots {
		if s.Round < 0 || s.Round >= rounds || s.Table < 0 || s.Table >= tables || seated[s] {
			t.Fatalf("%v in %d rounds at %d tables: meeting %d at %+v", ties, rounds, tables, i, s)
		}
		seated[s] = true
		for side, party := range []int{ties[i].College, ties[i].Enterprise} {
			if met[place{side, party, s.Round}] {
				t.Fatalf("%v: party %d of side %d meets twice in round %d", ties, party, side, s.Round)
			}
			met[place{side, party, s.Round}] = true
		}
	}
}

// possible tries every way to put the ties into rounds.
func possible(ties []Tie, rounds, tables int) bool {
	round := make([]int, len(ties))
	var try func(i int) bool
	try = func(i int) bool {
		if i == len(ties) {
			return true
		}
	rounds:
		for r := range rounds {
			n := 0
			for k := range i {
				if round[k] != r {
					continue
				}
				if n++; n == tables || ties[k].College == ties[i].College || ties[k].Enterprise == ties[i].Enterprise {
					continue rounds
				}
			}
			if round[i] = r; tables > 0 && try(i+1) {
				return true
			}
		}
		return false
	}
	return try(0)
}

// TestTimetableAgainstEveryTimetable finds one exactly when there is one.
func TestTimetableAgainstEveryTimetable(t *testing.T) {
	r := rand.New(rand.NewPCG(9, 10))
	found := 0
	for range 5000 {
		ties := make([]Tie, r.IntN(8))
		for i := range ties {
			ties[i] = Tie{r.IntN(4), r.IntN(4)}
		}
		rounds, tables := r.IntN(5), r.IntN(4)
		slots, misfit := Timetable(ties, rounds, tables)
		if got, want := misfit == nil, possible(ties, rounds, tables); got != want {
			t.Fatalf("%v in %d rounds at %d tables: %v, want %v (%+v)", ties, rounds, tables, got, want, misfit)
		}
		if misfit == nil {
			found++
			checkTimetable(t, ties, slots, rounds, tables)
			continue
		}
		if len(misfit.Over) == 0 && tables > 0 { // as many rounds more as it says will do
			if slots, still := Timetable(ties, rounds+misfit.MissingRounds(), tables); still == nil {
				checkTimetable(t, ties, slots, rounds+misfit.MissingRounds(), tables)
			} else {
				t.Fatalf("%v: %d more rounds do not do: %+v", ties, misfit.MissingRounds(), still)
			}
		}
	}
	if found < 1000 {
		t.Errorf("only %d timetables were made", found)
	}
}

func TestTimetableSaysWhatIsMissing(t *testing.T) {
	ties := []Tie{{0, 0}, {0, 1}, {0, 2}, {1, 0}}
	_, misfit := Timetable(ties, 2, 2)
	if misfit == nil || len(misfit.Over) != 1 || misfit.Over[0] != (Overbooked{false, 0, 3}) {
		t.Errorf("a college with three meetings in two rounds: %+v", misfit)
	}
	_, misfit = Timetable(ties, 3, 1)
	if misfit == nil || len(misfit.Over) > 0 || misfit.MissingTables() != 1 || misfit.MissingRounds() != 1 {
		t.Errorf("four meetings in three rounds at one table: %+v", misfit)
	}
}

// TestALargeEventFits is as large as events are, at no table more than it needs.
func TestALargeEventFits(t *testing.T) {
	const parties, rounds = 60, 12
	var ties []Tie
	for c := range parties {
		for k := range rounds {
			ties = append(ties, Tie{c, (c*7 + k*11) % parties})
		}
	}
	slots, misfit := Timetable(ties, rounds, parties)
	if misfit != nil {
		t.Fatal(misfit)
	}
	checkTimetable(t, ties, slots, rounds, parties)
}

func FuzzTimetable(f *testing.F) {
	f.Add([]byte("时间表"), uint8(4), uint8(3))
	f.Add([]byte{0, 0, 1, 1, 2, 2, 0, 1}, uint8(2), uint8(2))
	f.Fuzz(func(t *testing.T, data []byte, rounds, tables uint8) {
		var ties []Tie
		for i := 0; i+1 < len(data); i += 2 {
			ties = append(ties, Tie{int(data[i]) % 16, int(data[i+1]) % 16})
		}
		slots, misfit := Timetable(ties, int(rounds%20), int(tables%40))
		if misfit == nil {
			checkTimetable(t, ties, slots, int(rounds%20), int(tables%40))
			return
		}
		if len(misfit.Over) == 0 && misfit.Meetings <= misfit.Rounds*misfit.Tables {
			t.Errorf("%v: refused without a reason: %+v", ties, misfit)
		}
	})
}
