import Foundation
import LariatDatasets
import LinearAlgebra
import Testing

/// Decimal texts are read as the nearest double: against strtod, bit for bit, five million of them.
@Suite("Decimal numbers")
struct DecimalTests {
    /// Kinds of texts that go wrong in careless readers.
    enum Kind: CaseIterable {
        case randomBits, digitsWithExponent, halfway, subnormal, short, long
    }

    @Test(arguments: Kind.allCases, [UInt64(1), 2])
    func areTheNearestDoubles(kind: Kind, seed: UInt64) throws {
        var generator = CounterGenerator(seed: seed)
        let count = kind == .long ? 10_000 : 500_000
        var (bytes, expected) = (Array("a\n".utf8), [Double]())
        expected.reserveCapacity(count)
        for _ in 0..<count {
            let text = Self.text(kind, &generator)
            bytes += text.utf8
            bytes.append(0x0A)
            expected.append(strtod(text, nil))
        }
        guard case .numeric(let numbers)? = try Table(csv: bytes).column("a")?.values else {
            return #expect(Bool(false), "not numeric")
        }
        #expect(numbers.count == count)
        for (index, pair) in zip(numbers, expected).enumerated() where pair.0.bitPattern != pair.1.bitPattern {
            Issue.record("number \(index) is \(pair.0), not \(pair.1)")
            return
        }
    }

    private static func digits(_ count: Int, _ generator: inout CounterGenerator) -> String {
        String(decoding: (0..<count).map { _ in UInt8(0x30 + generator.next(below: 10)) }, as: UTF8.self)
    }

    private static func text(_ kind: Kind, _ generator: inout CounterGenerator) -> String {
        switch kind {
        case .randomBits:
            let value = Double(bitPattern: generator.next())
            return value.isFinite ? "\(value)" : "0"
        case .digitsWithExponent:
            let whole = digits(1 + generator.next(below: 25), &generator)
            return "\(whole).\(digits(generator.next(below: 5), &generator))e\(generator.next(below: 600) - 320)"
        case .halfway:
            // An odd number of 54 bits lies between two doubles; divided by 2ᵏ it has the digits of m·5ᵏ.
            let odd = (1 << 53 | generator.next() & (1 << 53 - 1)) | 1
            let places = generator.next(below: 4)
            let scaled = odd * [1, 5, 25, 125][places]
            let end = ["", "0", "000000000000000000000000000001", "e0"][generator.next(below: 4)]
            if places == 0 { return end.isEmpty || end == "e0" ? "\(scaled)\(end)" : "\(scaled).\(end)" }
            let text = "\(scaled)"
            return "\(text.dropLast(places)).\(text.suffix(places))\(end)"
        case .subnormal: return "\(Double(bitPattern: generator.next() & (1 << 52 - 1)))"
        case .short:
            return
                "\(generator.next(below: 2) == 0 ? "-" : "")\(generator.next(below: 100_000)).\(generator.next(below: 1000))"
        case .long:
            return "0.\(digits(800, &generator))e\(generator.next(below: 600) - 300)"
        }
    }
}
