package portal

import "time"

// Shanghai is the time zone of every time shown: the region has no other, and no
// daylight saving.
var Shanghai = time.FixedZone("Asia/Shanghai", 8*60*60)
