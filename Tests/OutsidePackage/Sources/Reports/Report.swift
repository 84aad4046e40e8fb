/// One line of a report.
public func line(_ name: String, _ value: Double) -> String { "\(name): \(value)" }
