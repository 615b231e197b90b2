# Cron schedules as the CronJob controller reads them.
package audit.lib.cron

# Macros and intervals.
valid(schedule) if schedule in data.tables.cron.macros

valid(schedule) if regex.match(`^@every ([0-9]+(\.[0-9]+)?(ns|us|ms|s|m|h))+$`, schedule)

valid(schedule) if {
	parts := fields(schedule)
	count(parts) == count(data.tables.cron.fields)
	every i, part in parts {
		every item in split(part, ",") { accepted(item, data.tables.cron.fields[i]) }
	}
}

fields(schedule) := regex.split(`[ \t]+`, trim_space(schedule))

# One item of a field, such as 5, MON-FRI or */15.
accepted(item, field) if {
	regex.match(`^[*?](/[1-9][0-9]*)?$`, item)
} else if {
	regex.match(`^[0-9A-Za-z]+(-[0-9A-Za-z]+)?(/[1-9][0-9]*)?$`, item)
	bounds := [number(b, field) | some b in split(split(item, "/")[0], "-")]
	count(bounds) == count(split(item, "-"))
	bounds[0] >= field.min
	bounds[0] <= bounds[count(bounds) - 1]
	bounds[count(bounds) - 1] <= field.max
}

number(text, field) := n if {
	regex.match(`^[0-9]+$`, text)
	n := to_number(text)
} else := field.names[lower(text)]

# A valid schedule whose days of the month do not exist in any of its months, such as the 31st of April.
never(schedule) if {
	[_, _, days, months, weekdays] := fields(schedule)
	weekdays in {"*", "?"}
	regex.match(`^[0-9,]+$`, days)
	every day in split(days, ",") {
		every month in split(months, ",") {
			to_number(day) > data.tables.cron.days[number(month, data.tables.cron.fields[3]) - 1]
		}
	}
}
