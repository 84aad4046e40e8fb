import LariatReports
import Testing

struct TickTests {
    @Test func linearTicksAreNiceNumbers() {
        #expect(Ticks.linear(0...1, about: 5).major.map(\.label) == ["0.0", "0.2", "0.4", "0.6", "0.8", "1.0"])
        #expect(Ticks.linear(-3...42, about: 4).major.map(\.value) == [0, 20, 40])
        let large = Ticks.linear(0...3e7, about: 3)
        #expect(large.major.map(\.label) == ["0", "1", "2", "3"] && large.note == " ×10⁷")
        let close = Ticks.linear(1_000_000_000...1_000_000_010, about: 5)
        #expect(close.major.map(\.label) == ["+0", "+2", "+4", "+6", "+8", "+10"])
        #expect(close.note == " + 1×10⁹")
    }

    /// Whatever the range, ticks lie within it, rise by equal steps, and no two have the same label.
    @Test func linearTicksOfAnyRange() {
        var generator = SystemRandomNumberGenerator()
        for _ in 0..<2000 {
            let size = Double.random(in: -280...300, using: &generator)
            let center = Double.random(in: -1...1, using: &generator) * exp10(size)
            let half = abs(center) * exp10(Double.random(in: -9...6, using: &generator)) + 1e-280
            guard (center + half).isFinite, (center - half).isFinite, 2 * half > abs(center) * 1e-10 else { continue }
            let range = center - half...center + half
            let ticks = Ticks.linear(range, about: 5)
            let values = ticks.major.map(\.value)
            let slack = 1e-8 * half
            #expect((2...13).contains(values.count), "\(range) has \(values.count) ticks")
            #expect(values.allSatisfy { $0 >= range.lowerBound - slack && $0 <= range.upperBound + slack })
            let steps = zip(values.dropFirst(), values).map { $0 - $1 }
            #expect(steps.allSatisfy { abs($0 - steps[0]) <= 1e-6 * steps[0] && $0 > 0 }, "\(range): \(steps)")
            #expect(Set(ticks.major.map(\.label)).count == values.count, "\(range): \(ticks.major)")
            #expect(ticks.major.allSatisfy { $0.label.count <= 10 }, "\(range): \(ticks.major.map(\.label))")
        }
    }

    @Test func logarithmicTicks() {
        let decades = Ticks.log(1e-4...1, about: 5)
        #expect(decades.major.map(\.value) == [1e-4, 1e-3, 1e-2, 0.1, 1])
        #expect(decades.major.map(\.label) == ["0.0001", "0.001", "0.01", "0.1", "1"])
        #expect(decades.minor.count == 4 * 8 && decades.minor.allSatisfy { $0 > 1e-4 && $0 < 1 })
        #expect(Ticks.log(1e-9...1e9, about: 5).major.map(\.label) == ["10⁻⁸", "10⁻⁴", "10⁰", "10⁴", "10⁸"])
        #expect(Ticks.log(0.9...12, about: 5).major.map(\.value) == [1, 2, 5, 10])
        #expect(Ticks.log(3...4, about: 4).major.count >= 3)
        #expect(!Ticks.log(5e-324...1.7e308, about: 5).major.isEmpty)
    }

    @Test func numbers() {
        #expect(shortNumber(0.1 + 0.2) == "0.3" && shortNumber(1234567, digits: 4) == "1235000")
        #expect(shortNumber(1.5e-7) == "1.5e-7" && shortNumber(-2.5e300, digits: 1) == "-3e300")
        #expect(shortNumber(9.9999, digits: 3) == "10" && shortNumber(-0.0) == "0")
        #expect(shortNumber(.nan) == "nan" && shortNumber(5e-324) == "5e-324")
        #expect(shortNumber(0.00012345, digits: 3) == "0.000123")
    }
}

private func exp10(_ x: Double) -> Double {
    let text = "1e\(Int(x.rounded(.down)))"
    return Double(text)!
}
