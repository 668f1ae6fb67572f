package business

import "github.com/omotenashi-connect/omotenashi/internal/id"

// ID names a business, the tenant.
type ID = id.Of[Business]
